package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.FileType;

/**
 * {@code struct squashfs_base_inode}, 16 bytes, with which all inodes begin.
 *
 * <pre>
 *  0 u16 inode_type    1 to 7, or 8 to 14 for the extended form of the same seven types
 *  2 u16 mode          permissions
 *  4 u16 uid           index in the id table
 *  6 u16 guid          index in the id table
 *  8 u32 mtime         seconds since 1970, unsigned
 * 12 u32 inode_number  from 1
 * </pre>
 *
 * @param mtime unsigned
 * @param number unsigned
 */
record InodeHeader(
    FileType type, boolean extended, int mode, int uid, int gid, int mtime, int number) {
  static final int BYTES = 16;

  private static final int BASIC_TYPES = 7;
  private static final int PERMISSIONS = 07777;

  static InodeHeader read(ByteReader in) throws IOException {
    int type = in.u16("inode_type", 1, 2 * BASIC_TYPES);
    boolean extended = type > BASIC_TYPES;
    return new InodeHeader(
        basicType(in, extended ? type - BASIC_TYPES : type),
        extended,
        in.u16("mode") & PERMISSIONS,
        in.u16("uid"),
        in.u16("guid"),
        in.s32("mtime"),
        in.s32("inode_number"));
  }

  /** The type of the SQUASHFS_*_TYPE value {@code type}, which directories hold, too. */
  static FileType basicType(ByteReader in, int type) throws IOException {
    return switch (type) {
      case 1 -> FileType.DIRECTORY;
      case 2 -> FileType.REGULAR;
      case 3 -> FileType.SYMLINK;
      case 4 -> FileType.BLOCK_DEVICE;
      case 5 -> FileType.CHARACTER_DEVICE;
      case 6 -> FileType.FIFO;
      case 7 -> FileType.SOCKET;
      default -> throw in.corrupt("type " + type + " is unknown");
    };
  }
}
