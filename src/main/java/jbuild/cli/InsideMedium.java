package jbuild.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jbuild.base.ImportOptions;
import jbuild.base.RootfsBase;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import jbuild.medium.Medium;
import jbuild.medium.MediumException;
import jbuild.medium.NestedPath;
import jbuild.medium.Volume;
import org.jspecify.annotations.Nullable;

/**
 * What {@code MEDIUM!/path!/inner} names.
 *
 * @param volume the innermost level
 * @param path in that level
 * @param inode what is there; null for a disk as a whole, which has partitions instead
 */
record InsideMedium(Medium medium, Volume volume, BytePath path, @Nullable Inode inode)
    implements Closeable {

  /**
   * @param followLast whether a symbolic link at the end is followed
   */
  static InsideMedium open(String typed, boolean followLast) throws IOException {
    int end = NestedPath.endOfFile(typed);
    Medium medium = RootfsBase.open(Path.of(typed.substring(0, end)), ImportOptions.DEFAULT);
    try {
      String inside = typed.substring(Math.min(typed.length(), end + 1));
      List<BytePath> steps = NestedPath.parse(inside).steps();
      Volume volume = medium.outermost();
      for (BytePath step : steps.subList(0, steps.size() - 1)) {
        volume = volume.enter(step);
      }
      BytePath path = steps.get(steps.size() - 1);
      boolean isDisk = path.isRoot() && !volume.partitions().isEmpty();
      Inode inode = isDisk ? null : volume.lookup(path, followLast);
      if (inode == null && !isDisk) {
        throw new MediumException(
            "open " + volume.label() + "!" + path + ": there is no such file or directory");
      }
      return new InsideMedium(medium, volume, path, inode);
    } catch (IOException | RuntimeException e) {
      medium.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    medium.close();
  }
}
