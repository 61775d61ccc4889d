package jbuild.layer;

import java.util.SortedMap;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.FileStat;

/** How overlayfs marks entries of an upperdir; Documentation/filesystems/overlayfs.rst. */
final class OverlayMarks {
  private final ByteString opaque;
  private final ByteString redirect;
  private final ByteString metacopy;

  /** {@code prefix} is {@code trusted.overlay.}, or {@code user.overlay.} with userxattr. */
  OverlayMarks(String prefix) {
    opaque = ByteString.of(prefix + "opaque");
    redirect = ByteString.of(prefix + "redirect");
    metacopy = ByteString.of(prefix + "metacopy");
  }

  static boolean isWhiteout(FileStat stat) {
    return stat.type() == FileType.CHARACTER_DEVICE
        && stat.rdevMajor() == 0
        && stat.rdevMinor() == 0;
  }

  /** The value "x" also exists; it announces whiteouts of another kind and hides nothing. */
  boolean isOpaque(SortedMap<ByteString, byte[]> xattrs) {
    byte[] value = xattrs.get(opaque);
    return value != null && value.length == 1 && value[0] == 'y';
  }

  /**
   * @throws LayerException if the entry's content is that of another one below
   */
  void checkSelfContained(
      HostDirectory where, ByteString name, SortedMap<ByteString, byte[]> xattrs)
      throws LayerException {
    if (xattrs.isEmpty()) {
      return;
    }
    for (ByteString mark : new ByteString[] {redirect, metacopy}) {
      if (xattrs.containsKey(mark)) {
        throw new LayerException(
            "read changes in "
                + where.absolute(name)
                + ": it has "
                + mark
                + " and so is not complete in itself"
                + " (mount the overlay with redirect_dir=off,metacopy=off)");
      }
    }
  }
}
