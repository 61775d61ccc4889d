package jbuild.fs.erofs;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.FileType;

/**
 * An inode as it is read: {@code struct erofs_inode_compact} of 32 bytes or {@code struct
 * erofs_inode_extended} of 64 bytes, on a multiple of 32.
 *
 * <pre>
 *  0 u16 i_format        bit 0: extended; bits 1-3: where the data is; bit 4: see i_nb, no "."
 *  2 u16 i_xattr_icount  see {@link XattrBlock}
 *  4 u16 i_mode          with the type, S_IF*
 *  6 u16 i_nb            compact: links, or with bit 4 (one link) as in the extended form:
 *                        high bits of the first block
 * compact:                               extended:
 *  8 u32 i_size                           8 u64 i_size
 * 12 u32 i_mtime  seconds after epoch
 * 16 u32 i_u                             16 u32 i_u
 * 20 u32 i_ino    not needed             20 u32 i_ino
 * 24 u16 i_uid                           24 u32 i_uid
 * 26 u16 i_gid                           28 u32 i_gid
 * 28 u32 reserved                        32 u64 i_mtime  signed seconds
 *                                        40 u32 i_mtime_nsec
 *                                        44 u32 i_nlink
 *                                        48     16 bytes reserved
 * </pre>
 *
 * The field i_u is by kind: device numbers, first block or chunk format. Extended attributes
 * follow, then inline data, a chunk table or the index of compressed data.
 *
 * @param position of the inode in the image
 * @param bytes 32 or 64
 * @param data one of the EROFS_INODE_* data layouts
 * @param union the field i_u
 * @param blockHigh bits 32 to 47 of the first block, or {@link #HOLE}
 */
record StoredInode(
    long nid,
    long position,
    int bytes,
    int data,
    int xattrBytes,
    FileType fileType,
    int permissions,
    long size,
    int union,
    int blockHigh,
    int uid,
    int gid,
    long mtimeSeconds,
    int mtimeNanos,
    int links) {
  static final int COMPACT_BYTES = 32;

  /** The value of {@link #blockHigh} when a flat file has no data: it reads as zeros. */
  static final int HOLE = -1;

  private static final int EXTENDED_BIT = 1;
  private static final int DATA_SHIFT = 1;
  private static final int DATA_MASK = 7;
  private static final int ONE_LINK_BIT = 1 << 4;
  private static final int KNOWN_BITS = (1 << 5) - 1;
  private static final int PERMISSIONS = 07777;
  private static final int MAX_NANOS = 999_999_999;

  /**
   * Reads an inode.
   *
   * @param epoch what compact inodes count their seconds from
   * @param nanos of the times of compact inodes
   */
  static StoredInode read(long nid, ByteReader inode, long epoch, int nanos) throws IOException {
    long position = inode.position();
    int format = inode.u16("i_format");
    int data = format >> DATA_SHIFT & DATA_MASK;
    if ((format & ~KNOWN_BITS) != 0 || data > InodeLayout.CHUNK_BASED) {
      throw inode.corrupt("i_format is 0x" + Integer.toHexString(format));
    }
    int xattrBytes = XattrBlock.sizeOf(inode.u16("i_xattr_icount"));
    int mode = inode.u16("i_mode");
    FileType type = typeOf(mode, inode);
    int links = inode.u16("i_nb");
    boolean extended = (format & EXTENDED_BIT) != 0;
    if (extended) {
      long size = inode.u64("i_size", 0, Long.MAX_VALUE);
      int union = inode.s32("i_u");
      int high = data == InodeLayout.FLAT_PLAIN && union == -1 && links == 0xffff ? HOLE : links;
      inode.skip("i_ino", 4);
      return new StoredInode(
          nid,
          position,
          InodeLayout.BYTES,
          data,
          xattrBytes,
          type,
          mode & PERMISSIONS,
          size,
          union,
          high,
          inode.s32("i_uid"),
          inode.s32("i_gid"),
          inode.s64("i_mtime"),
          (int) inode.u32("i_mtime_nsec", 0, MAX_NANOS),
          inode.s32("i_nlink"));
    }
    long size = inode.u32("i_size");
    long seconds = epoch + inode.u32("i_mtime");
    int union = inode.s32("i_u");
    boolean oneLink = type != FileType.DIRECTORY && (format & ONE_LINK_BIT) != 0;
    int high = oneLink ? links : 0;
    if (data == InodeLayout.FLAT_PLAIN && union == -1 && (!oneLink || links == 0xffff)) {
      high = HOLE;
    }
    inode.skip("i_ino", 4);
    return new StoredInode(
        nid,
        position,
        COMPACT_BYTES,
        data,
        xattrBytes,
        type,
        mode & PERMISSIONS,
        size,
        union,
        high,
        inode.u16("i_uid"),
        inode.u16("i_gid"),
        seconds,
        nanos,
        oneLink ? 1 : links);
  }

  private static FileType typeOf(int mode, ByteReader inode) throws IOException {
    try {
      return FileType.ofMode(mode);
    } catch (IllegalArgumentException unknown) {
      throw inode.corrupt("i_mode is 0" + Integer.toOctalString(mode));
    }
  }

  /** Where the attributes begin. */
  long xattrPosition() {
    return position + bytes;
  }

  /** Where inline data begins. */
  long inlinePosition() {
    return position + bytes + xattrBytes;
  }

  /** The first block of data that is not inline, as an unsigned number of 48 bits. */
  long block() {
    return (long) blockHigh << 32 | Integer.toUnsignedLong(union);
  }

  /** 12 bits, see the kernel's new_decode_dev (linux/kdev_t.h). */
  int deviceMajor() {
    return fileType.isDevice() ? (union >> 8) & 0xfff : 0;
  }

  /** 20 bits. */
  int deviceMinor() {
    return fileType.isDevice() ? (union & 0xff) | ((union >>> 12) & 0xfff00) : 0;
  }
}
