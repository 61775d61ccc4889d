package jbuild.fs.ext4;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one block of a directory, or of one part of an inline directory: {@code struct
 * ext4_dir_entry_2}, chained by their lengths up to the end. Blocks of a hash tree's index and the
 * checksum at a block's end look like entries that are not in use.
 *
 * <pre>
 * 0 u32 inode      0 when the entry is not in use
 * 4 u16 rec_len    a multiple of 4; blocks of 64 KiB and more use the low two bits for its high ones
 * 6 u8  name_len
 * 7 u8  file_type  1 regular 2 directory 3 character 4 block 5 fifo 6 socket 7 symlink, 0 unknown;
 *                  says nothing without the feature filetype
 * 8     name
 * </pre>
 */
final class DirectoryEntries {
  private static final int HEADER_BYTES = 8;
  private static final int MIN_BYTES = 12;
  private static final int LARGE_BLOCK = 1 << 16;

  /** Takes one entry; {@code .} and {@code ..} are not among them. */
  @FunctionalInterface
  interface Visitor {
    /**
     * An entry.
     *
     * @param type null when the directory does not say
     * @param where the entry, for errors
     */
    void entry(ByteString name, long inode, @Nullable FileType type, ByteReader where)
        throws IOException;
  }

  private final ByteReader block;
  private final boolean hasType;

  DirectoryEntries(ByteReader block, Features features) {
    this.block = block;
    this.hasType = features.filetype();
  }

  void forEach(Visitor visitor) throws IOException {
    int length = block.remaining();
    for (int at = 0; at < length; ) {
      block.seek(at);
      long inode = block.u32("inode");
      int entryBytes = length(block.u16("rec_len"), length);
      int nameBytes = block.u8("name_len");
      FileType type = hasType ? type(block.u8("file_type")) : null;
      if (entryBytes < Math.max(MIN_BYTES, HEADER_BYTES + nameBytes)
          || entryBytes % 4 != 0
          || entryBytes > length - at) {
        throw block.seek(at + 4).corrupt("rec_len is " + entryBytes);
      }
      if (inode != 0) {
        ByteString name = name(at + HEADER_BYTES, nameBytes);
        if (!name.equalsAscii(".") && !name.equalsAscii("..")) {
          visitor.entry(name, inode, type, block.seek(at));
        }
      }
      at += entryBytes;
    }
  }

  /** The length that the field {@code stored} means in a block of {@code blockBytes}. */
  static int length(int stored, int blockBytes) {
    if (blockBytes < LARGE_BLOCK) {
      return stored;
    }
    return stored == 0 || stored == 0xffff ? LARGE_BLOCK : (stored & ~3) | ((stored & 3) << 16);
  }

  private ByteString name(int at, int length) throws CorruptInputException {
    ByteString name = block.seek(at).string("name", length);
    if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
      throw block.seek(at).corrupt("not a file name: '" + name + "'");
    }
    return name;
  }

  private static @Nullable FileType type(int stored) {
    return switch (stored) {
      case 1 -> FileType.REGULAR;
      case 2 -> FileType.DIRECTORY;
      case 3 -> FileType.CHARACTER_DEVICE;
      case 4 -> FileType.BLOCK_DEVICE;
      case 5 -> FileType.FIFO;
      case 6 -> FileType.SOCKET;
      case 7 -> FileType.SYMLINK;
      default -> null;
    };
  }
}
