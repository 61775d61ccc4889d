package jbuild.layer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jbuild.linux.Syscalls;

/**
 * Writes a tree into a directory of the host. Everything is made by calls relative to open
 * directories inside the target, which nobody else may enter before all is done, so no link that
 * the tree holds is ever followed.
 */
public final class LayerExtractor {
  private final Syscalls syscalls;
  private final List<Path> tars;
  private final Form form;

  /** What whiteouts and opaque directories become. */
  public enum Form {
    /** A directory to look at or to chroot into; the tree must be a merged one. */
    PLAIN,
    /**
     * A lowerdir for overlayfs: device 0:0 and trusted.overlay.opaque, which only root may make.
     */
    OVERLAY
  }

  /**
   * Extracts with contents from layers, or from wherever else the tree says.
   *
   * @param tars the layers that {@link FileData.Stored} and {@link FileData.Sparse} refer to by
   *     number
   */
  public LayerExtractor(Syscalls syscalls, List<Path> tars, Form form) {
    this.syscalls = syscalls;
    this.tars = List.copyOf(tars);
    this.form = form;
  }

  /**
   * Writes {@code tree} into {@code target}, which is made or must be an empty directory. Zeros
   * that fill a large piece of a file become a hole.
   *
   * @return what could not be written as it is, for people; who is not root may not give files away
   *     nor make devices, and not every file system takes every xattr
   * @throws LayerException with the path at fault; what was written so far stays
   */
  public List<String> extract(LayerTree tree, Path target) throws IOException {
    try (FileFiller filler = new FileFiller(syscalls, tars)) {
      return new Extraction(syscalls, filler, form).run(tree.root(), LongPath.of(target));
    }
  }
}
