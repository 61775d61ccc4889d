package jbuild.medium;

import java.io.IOException;
import java.util.List;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import org.jspecify.annotations.Nullable;

/**
 * The root file system of a medium: one tree, or several stacked on one another.
 *
 * @param layers the lowest first; at least one
 * @param path the way to it inside the medium, such as {@code LiveOS/squashfs.img}; {@code /} when
 *     it is the medium's own tree
 * @param installer whose installer it is and not a system that was installed; null when it is a
 *     system
 */
public record FoundRoot(List<Layer> layers, String path, @Nullable String installer) {
  /**
   * A tree, or a part of one.
   *
   * @param directory where in the volume it begins
   */
  public record Layer(Volume volume, BytePath directory) {
    /** The directory that becomes the root. */
    public Inode root() throws IOException {
      Inode root = volume.lookup(directory, true);
      if (root == null) {
        throw new MediumException(
            "open " + volume.label() + "!" + directory + ": there is no such directory");
      }
      return root;
    }
  }

  public FoundRoot {
    layers = List.copyOf(layers);
  }

  /** What it lies in, such as {@code squashfs}; of a stack the lowest one. */
  public String format() {
    return layers.get(0).volume().format();
  }
}
