package jbuild.sandbox;

import java.nio.file.Path;
import java.util.List;
import jbuild.linux.Fd;

/**
 * The root of a sandbox. It holds the directories /proc, /sys and /dev: the caller sees to that.
 */
public sealed interface RootFilesystem {

  /**
   * An overlayfs mount, made by the child in its own mount namespace so that nothing of it can
   * outlive the sandbox. It is mounted {@code volatile}: the upper directory is not synced, and
   * {@code work} must be deleted, not used again.
   *
   * @param lowers the layers, top first, at least one; each the root of a detached mount (fsmount
   *     or open_tree) or an O_PATH directory. The caller keeps the descriptors and may close them
   *     as soon as the sandbox has started.
   * @param upper takes what the sandbox writes
   * @param work an empty directory on the file system of {@code upper}
   * @param xino whether inode numbers are unique over all layers; 32-bit programs cannot take them
   */
  record Overlay(List<Fd> lowers, Path upper, Path work, OverlayMode mode, boolean xino)
      implements RootFilesystem {
    public Overlay {
      lowers = List.copyOf(lowers);
      if (lowers.isEmpty()) {
        throw new IllegalArgumentException("an overlay needs a lower layer");
      }
    }
  }
}
