package jbuild.fs.erofs;

import static jbuild.fs.erofs.ErofsWriter.BLOCK;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.FileType;

/**
 * How the writer uses inodes: {@code struct erofs_inode_extended} only, for the compact form has 16
 * bits for owners and one time for all inodes. The fields are listed at {@link StoredInode}.
 */
final class InodeLayout {
  static final int BYTES = 64;

  /** EROFS_INODE_FLAT_PLAIN: data, if any, in blocks of its own. */
  static final int FLAT_PLAIN = 0;

  /** EROFS_INODE_COMPRESSED_FULL: an index of 8 bytes a logical cluster, or extents. */
  static final int COMPRESSED_FULL = 1;

  /** EROFS_INODE_FLAT_INLINE: data behind the inode. */
  static final int FLAT_INLINE = 2;

  /** EROFS_INODE_COMPRESSED_COMPACT: an index of 2 or 4 bytes a logical cluster. */
  static final int COMPRESSED_COMPACT = 3;

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

  private InodeLayout() {}

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

  /** Refuses what the writer does not write, then leaves {@code inode} at its start. */
  static void requireWritten(ByteReader inode) throws IOException {
    int format = inode.u16("i_format");
    int data = format >> 1;
    boolean known = data == FLAT_PLAIN || data == FLAT_INLINE || data == CHUNK_BASED;
    if ((format & 1) != EXTENDED || !known) {
      throw inode.corrupt("i_format is 0x" + Integer.toHexString(format));
    }
    inode.seek(0);
  }

  /** The kernel's new_encode_dev (linux/kdev_t.h): 12 bits of major, 20 of minor. */
  private static int encodeDevice(int major, int minor) throws IOException {
    if ((major & ~0xfff) != 0 || (minor & ~0xfffff) != 0) {
      throw new ErofsLimitException("write index: device " + major + ":" + minor);
    }
    return (minor & 0xff) | major << 8 | (minor & ~0xff) << 12;
  }
}
