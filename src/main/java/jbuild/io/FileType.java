package jbuild.io;

import org.jspecify.annotations.Nullable;

/** What an inode is. The mode bits are Linux's S_IF* (inode(7)), which tar and EROFS use too. */
public enum FileType {
  REGULAR(0100000, 8),
  DIRECTORY(0040000, 4),
  SYMLINK(0120000, 10),
  CHARACTER_DEVICE(0020000, 2),
  BLOCK_DEVICE(0060000, 6),
  FIFO(0010000, 1),
  SOCKET(0140000, 12);

  /** S_IFMT: the bits of a mode that hold the type. */
  public static final int MODE_MASK = 0170000;

  private final int modeBits;
  private final int direntType;

  FileType(int modeBits, int direntType) {
    this.modeBits = modeBits;
    this.direntType = direntType;
  }

  /** The S_IF* value, to be or-ed with permissions. */
  public int modeBits() {
    return modeBits;
  }

  /** The DT_* value of getdents64(2). */
  public int direntType() {
    return direntType;
  }

  public boolean isDevice() {
    return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
  }

  /**
   * The type in {@code stMode}.
   *
   * @throws IllegalArgumentException when it holds none of the seven types
   */
  public static FileType ofMode(int stMode) {
    return switch (stMode & MODE_MASK) {
      case 0100000 -> REGULAR;
      case 0040000 -> DIRECTORY;
      case 0120000 -> SYMLINK;
      case 0020000 -> CHARACTER_DEVICE;
      case 0060000 -> BLOCK_DEVICE;
      case 0010000 -> FIFO;
      case 0140000 -> SOCKET;
      default ->
          throw new IllegalArgumentException("not a file type: " + Integer.toOctalString(stMode));
    };
  }

  /** The type of the DT_* value {@code direntType}, null for DT_UNKNOWN and values nobody uses. */
  public static @Nullable FileType ofDirent(int direntType) {
    return switch (direntType) {
      case 8 -> REGULAR;
      case 4 -> DIRECTORY;
      case 10 -> SYMLINK;
      case 2 -> CHARACTER_DEVICE;
      case 6 -> BLOCK_DEVICE;
      case 1 -> FIFO;
      case 12 -> SOCKET;
      default -> null;
    };
  }
}
