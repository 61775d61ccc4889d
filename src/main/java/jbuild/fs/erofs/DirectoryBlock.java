package jbuild.fs.erofs;

import static jbuild.fs.erofs.ErofsWriter.BLOCK;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/**
 * One block of a directory, of whatever size: {@code struct erofs_dirent} of 12 bytes each, then
 * the names without terminators, in ascending order of their bytes. Names end where the next
 * begins; the last of a block ends at a NUL or at the block's end. The first name's offset gives
 * the number of entries.
 *
 * <pre>
 *  0 u64 nid        number of the inode
 *  8 u16 nameoff    from the block's start
 * 10 u8  file_type  FT_*: 1 regular 2 directory 3 character 4 block 5 fifo 6 socket 7 symlink
 * 11 u8  reserved   0
 * </pre>
 */
final class DirectoryBlock {
  static final int ENTRY_BYTES = 12;

  /** How many entries with names of one byte fill a block. */
  static final int MAX_ENTRIES = BLOCK / (ENTRY_BYTES + 1);

  /** EROFS_NAME_LEN. */
  private static final int MAX_NAME = 255;

  private final ByteReader block;
  private final int length;
  private final int count;

  private DirectoryBlock(ByteReader block, int length, int count) {
    this.block = block;
    this.length = length;
    this.count = count;
  }

  /** Whether {@code name} can stand in a directory beside {@code .} and {@code ..}. */
  static boolean isName(ByteString name) {
    return !name.isEmpty()
        && name.length() <= MAX_NAME
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0
        && !isDots(name);
  }

  static boolean isDots(ByteString name) {
    return name.equalsAscii(".") || name.equalsAscii("..");
  }

  static void writeEntry(ImageOutput out, long nid, int nameOffset, FileType type)
      throws IOException {
    out.u64(nid);
    out.u16(nameOffset);
    out.u8(ftOf(type));
    out.u8(0);
  }

  /** Takes the block that {@code block} holds from its position, which is its start, to its end. */
  static DirectoryBlock read(ByteReader block) throws CorruptInputException {
    int length = block.remaining();
    block.skip("nid", 8);
    int first = block.u16("nameoff", ENTRY_BYTES, length);
    if (first % ENTRY_BYTES != 0) {
      throw block.corrupt("nameoff of the first entry is " + first + ", no multiple of 12");
    }
    return new DirectoryBlock(block, length, first / ENTRY_BYTES);
  }

  int count() {
    return count;
  }

  ByteString name(int index) throws CorruptInputException {
    int from = nameOffset(index);
    boolean isLast = index == count - 1;
    int to = isLast ? length : nameOffset(index + 1);
    if (to <= from) {
      throw block.corrupt("name " + index + " has no bytes");
    }
    block.seek(from);
    ByteString name = block.string("name", to - from);
    int nul = name.indexOf('\0');
    if (isLast && nul >= 0) {
      name = name.substring(0, nul);
    }
    if (!isDots(name) && !isName(name)) {
      throw block.corrupt("not a file name: " + name);
    }
    return name;
  }

  long nid(int index) throws CorruptInputException {
    return block.seek(index * ENTRY_BYTES).u64("nid", 0, Long.MAX_VALUE / ImageLayout.NID_BYTES);
  }

  FileType type(int index) throws CorruptInputException {
    return switch (block.seek(index * ENTRY_BYTES + 10).u8("file_type")) {
      case 1 -> FileType.REGULAR;
      case 2 -> FileType.DIRECTORY;
      case 3 -> FileType.CHARACTER_DEVICE;
      case 4 -> FileType.BLOCK_DEVICE;
      case 5 -> FileType.FIFO;
      case 6 -> FileType.SOCKET;
      case 7 -> FileType.SYMLINK;
      default -> throw block.corrupt("file_type of entry " + index + " is unknown");
    };
  }

  /** The index of {@code name}, or -1. */
  int find(ByteString name) throws CorruptInputException {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = name(middle).compareTo(name);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** An error at the entry {@code index}, for the caller to throw. */
  CorruptInputException corrupt(int index, String what) throws CorruptInputException {
    return block.seek(index * ENTRY_BYTES).corrupt(what);
  }

  private int nameOffset(int index) throws CorruptInputException {
    return block.seek(index * ENTRY_BYTES + 8).u16("nameoff", count * ENTRY_BYTES, length);
  }

  private static int ftOf(FileType type) {
    return switch (type) {
      case REGULAR -> 1;
      case DIRECTORY -> 2;
      case CHARACTER_DEVICE -> 3;
      case BLOCK_DEVICE -> 4;
      case FIFO -> 5;
      case SOCKET -> 6;
      case SYMLINK -> 7;
    };
  }
}
