package jbuild.fs.erofs;

import static jbuild.fs.erofs.ErofsWriter.BLOCK;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.FileType;

/**
 * {@code struct erofs_inode_extended}, 64 bytes on a multiple of 32. The compact form is not used:
 * it has 16 bits for owners and one time for all inodes.
 *
 * <pre>
 *  0 u16 i_format        bit 0: 1, extended; bits 1-3: where the data is
 *  2 u16 i_xattr_icount  see {@link XattrBlock}
 *  4 u16 i_mode          with the type, S_IF*
 *  6 u16 i_reserved      0
 *  8 u64 i_size
 * 16 u32 i_u             by kind: device numbers, first block, chunk format, or -1
 * 20 u32 i_ino           for stat of 32-bit programs: low bits of the nid
 * 24 u32 i_uid
 * 28 u32 i_gid
 * 32 u64 i_mtime         signed seconds
 * 40 u32 i_mtime_nsec
 * 44 u32 i_nlink
 * 48     i_reserved2     16 zero bytes
 * </pre>
 *
 * Extended attributes follow, then inline data or a chunk table.
 *
 * @param data one of the EROFS_INODE_* data layouts
 * @param union the field i_u
 */
record InodeLayout(
    long nid,
    int data,
    int xattrBytes,
    FileType fileType,
    int permissions,
    long size,
    int union,
    int uid,
    int gid,
    long mtimeSeconds,
    int mtimeNanos,
    int links) {
  static final int BYTES = 64;

  /** EROFS_INODE_FLAT_PLAIN: data, if any, in blocks of its own. */
  static final int FLAT_PLAIN = 0;

  /** EROFS_INODE_FLAT_INLINE: data behind the inode. */
  static final int FLAT_INLINE = 2;

  /** EROFS_INODE_CHUNK_BASED. */
  static final int CHUNK_BASED = 4;

  /** PATH_MAX without its NUL: what symlink(2) accepts at most. */
  static final int MAX_TARGET = 4095;

  /**
   * The most bytes that stand behind an inode. They must not cross a block. Up to 484 could be made
   * to fit, as inodes move in steps of 32 and attributes end on multiples of 4; but the longer they
   * are, the more space is skipped for it.
   */
  private static final int MAX_INLINE = BLOCK - 96;

  private static final int EXTENDED = 1;
  private static final int PERMISSIONS = 07777;
  private static final int NO_BLOCK = -1;
  private static final int MAX_NANOS = 999_999_999;

  static boolean isInline(int dataSize) {
    return dataSize > 0 && dataSize <= MAX_INLINE;
  }

  static void write(ImageOutput out, ErofsInode inode, InodeTable inodes, int number)
      throws IOException {
    FileType type = inode.type();
    boolean file = type == FileType.REGULAR;
    ChunkTable chunks = file ? ChunkTable.of(inode) : null;
    int dataSize = inodes.dataSize(number);
    int data = FLAT_PLAIN;
    int union = 0;
    if (chunks != null && chunks.bytes() > 0) {
      data = CHUNK_BASED;
      union = chunks.format();
    } else if (isInline(dataSize)) {
      data = FLAT_INLINE;
      union = NO_BLOCK;
    } else if (dataSize > 0) {
      union = inodes.dataBlock(number);
    } else if (file) {
      union = NO_BLOCK;
    } else if (type.isDevice()) {
      union = encodeDevice(inode.deviceMajor(), inode.deviceMinor());
    }
    out.u16(EXTENDED | data << 1);
    out.u16(XattrBlock.count(XattrBlock.size(inode.xattrs())));
    out.u16(type.modeBits() | (inode.mode() & PERMISSIONS));
    out.u16(0);
    out.u64(file ? inode.size() : dataSize);
    out.u32(union);
    out.u32((int) inodes.nid(number));
    out.u32(inode.uid());
    out.u32(inode.gid());
    out.u64(inode.mtimeSeconds());
    out.u32(inode.mtimeNanos());
    out.u32(inodes.links(number));
    out.padTo(out.position() + 16);
  }

  static InodeLayout read(long nid, ByteReader inode) throws IOException {
    int format = inode.u16("i_format");
    int data = format >> 1;
    boolean known = data == FLAT_PLAIN || data == FLAT_INLINE || data == CHUNK_BASED;
    if ((format & 1) != EXTENDED || !known) {
      throw inode.corrupt("i_format is 0x" + Integer.toHexString(format));
    }
    int xattrBytes = XattrBlock.sizeOf(inode.u16("i_xattr_icount"));
    int mode = inode.u16("i_mode");
    FileType type = typeOf(mode, inode);
    inode.skip("i_reserved", 2);
    long size = inode.u64("i_size", 0, Long.MAX_VALUE);
    if ((data == CHUNK_BASED) != (type == FileType.REGULAR && size > 0)) {
      throw inode.corrupt("data layout " + data + " does not fit " + type);
    }
    int union = inode.s32("i_u");
    inode.skip("i_ino", 4);
    return new InodeLayout(
        nid,
        data,
        xattrBytes,
        type,
        mode & PERMISSIONS,
        size,
        union,
        inode.s32("i_uid"),
        inode.s32("i_gid"),
        inode.s64("i_mtime"),
        (int) inode.u32("i_mtime_nsec", 0, MAX_NANOS),
        (int) inode.u32("i_nlink", 1, Integer.MAX_VALUE));
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
    return nid * ImageLayout.NID_BYTES + BYTES;
  }

  /** Where inline data begins. */
  long inlinePosition() {
    return xattrPosition() + xattrBytes;
  }

  /** Where data in blocks of its own begins. */
  long blockPosition() {
    return Integer.toUnsignedLong(union) * BLOCK;
  }

  int deviceMajor() {
    return fileType.isDevice() ? (union >> 8) & 0xfff : 0;
  }

  int deviceMinor() {
    return fileType.isDevice() ? (union & 0xff) | ((union >>> 12) & 0xfff00) : 0;
  }

  /** The kernel's new_encode_dev (linux/kdev_t.h): 12 bits of major, 20 of minor. */
  private static int encodeDevice(int major, int minor) throws IOException {
    if ((major & ~0xfff) != 0 || (minor & ~0xfffff) != 0) {
      throw new ErofsLimitException("write index: device " + major + ":" + minor);
    }
    return (minor & 0xff) | major << 8 | (minor & ~0xff) << 12;
  }
}
