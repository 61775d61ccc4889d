package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a directory: groups of them behind a {@link DirectoryHeader} each. Names are in
 * ascending order of their bytes, without {@code .} and {@code ..}; the kernel's lookup relies on
 * that, and none can occur twice. The index of large directories is not needed to read them from
 * front to back. Not thread-safe.
 */
final class DirectoryListing {
  private final MetadataCursor cursor;
  private long left;
  private int leftInGroup;
  private @Nullable DirectoryHeader header;
  private ByteString previous = ByteString.EMPTY;

  /**
   * @param cursor at the first header
   * @param length in bytes
   */
  DirectoryListing(MetadataCursor cursor, long length) {
    this.cursor = cursor;
    this.left = length;
  }

  /** The next entry, null at the end. */
  @Nullable DirectoryEntry next() throws IOException {
    DirectoryHeader group = header;
    if (group == null || leftInGroup == 0) {
      if (left == 0) {
        return null;
      }
      take(DirectoryHeader.BYTES);
      group = DirectoryHeader.read(cursor.read(DirectoryHeader.BYTES));
      header = group;
      leftInGroup = group.count();
    }
    DirectoryEntry entry = DirectoryEntry.read(group, cursor);
    take(entry.bytes());
    leftInGroup--;
    if (entry.name().compareTo(previous) <= 0) {
      throw cursor.corrupt("entry " + entry.name() + " out of order");
    }
    previous = entry.name();
    return entry;
  }

  private void take(int bytes) throws IOException {
    if (bytes > left) {
      throw cursor.corrupt("entry reaches behind the end of its directory");
    }
    left -= bytes;
  }
}
