package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.FileType;

/**
 * What follows the header of an inode, of the same length for all inodes of one type. The fields
 * are listed at the methods that read them. Behind it come the block sizes of a file ({@link
 * BlockList}), the target of a symbolic link, and the index of an extended directory.
 *
 * @param size of a file's content, a link's target or a directory's listing, in bytes
 * @param start of a file: position of its first block; of a directory: of the block of the
 *     directory table in which its listing begins, from the table's start
 * @param offset of a file: of its tail in the decoded fragment; of a directory: of the listing in
 *     the decoded block
 * @param fragment index in the fragment table, or {@link #NO_FRAGMENT}
 * @param device a device's numbers as the kernel encodes them
 * @param xattr index in the xattr id table, or {@link #NO_XATTR}
 */
record InodeBody(long size, long start, int offset, int fragment, int device, int xattr) {
  static final int NO_FRAGMENT = -1;
  static final int NO_XATTR = -1;

  /** A listing's size is three more than it has bytes, for {@code .} and {@code ..}. */
  static final int DOTS = 3;

  /** PATH_MAX without its NUL: what symlink(2) accepts at most. */
  private static final int MAX_TARGET = 4095;

  static int bytes(FileType type, boolean extended) {
    return switch (type) {
      case REGULAR -> extended ? 40 : 16;
      case DIRECTORY -> extended ? 24 : 16;
      case SYMLINK -> 8;
      case CHARACTER_DEVICE, BLOCK_DEVICE -> extended ? 12 : 8;
      case FIFO, SOCKET -> extended ? 8 : 4;
    };
  }

  static InodeBody read(InodeHeader header, ByteReader in, long imageEnd) throws IOException {
    boolean extended = header.extended();
    return switch (header.type()) {
      case REGULAR -> extended ? extendedFile(in, imageEnd) : file(in, imageEnd);
      case DIRECTORY -> extended ? extendedDirectory(in) : directory(in);
      case SYMLINK -> symlink(in);
      case CHARACTER_DEVICE, BLOCK_DEVICE -> device(in, extended);
      case FIFO, SOCKET -> other(in, extended);
    };
  }

  /**
   *
   *
   * <pre>
   *  0 u32 start_block
   *  4 u32 fragment     0xffffffff for none
   *  8 u32 offset
   * 12 u32 file_size
   * </pre>
   */
  private static InodeBody file(ByteReader in, long imageEnd) throws IOException {
    long start = in.u32("start_block", 0, imageEnd);
    int fragment = in.s32("fragment");
    int offset = (int) in.u32("offset", 0, Integer.MAX_VALUE);
    return new InodeBody(in.u32("file_size"), start, offset, fragment, 0, NO_XATTR);
  }

  /**
   *
   *
   * <pre>
   *  0 u64 start_block
   *  8 u64 file_size
   * 16 u64 sparse       bytes in holes, for st_blocks
   * 24 u32 nlink
   * 28 u32 fragment     0xffffffff for none
   * 32 u32 offset
   * 36 u32 xattr        0xffffffff for none
   * </pre>
   */
  private static InodeBody extendedFile(ByteReader in, long imageEnd) throws IOException {
    long start = in.u64("start_block", 0, imageEnd);
    long size = in.u64("file_size", 0, Long.MAX_VALUE);
    in.skip("sparse and nlink", 12);
    int fragment = in.s32("fragment");
    int offset = (int) in.u32("offset", 0, Integer.MAX_VALUE);
    return new InodeBody(size, start, offset, fragment, 0, in.s32("xattr"));
  }

  /**
   *
   *
   * <pre>
   *  0 u32 start_block
   *  4 u32 nlink
   *  8 u16 file_size
   * 10 u16 offset
   * 12 u32 parent_inode
   * </pre>
   */
  private static InodeBody directory(ByteReader in) throws IOException {
    long start = in.u32("start_block");
    in.skip("nlink", 4);
    int size = in.u16("file_size");
    return new InodeBody(size, start, listingOffset(in), NO_FRAGMENT, 0, NO_XATTR);
  }

  /**
   *
   *
   * <pre>
   *  0 u32 nlink
   *  4 u32 file_size
   *  8 u32 start_block
   * 12 u32 parent_inode
   * 16 u16 i_count      length of the index
   * 18 u16 offset
   * 20 u32 xattr        0xffffffff for none
   * </pre>
   */
  private static InodeBody extendedDirectory(ByteReader in) throws IOException {
    in.skip("nlink", 4);
    long size = in.u32("file_size");
    long start = in.u32("start_block");
    in.skip("parent_inode and i_count", 6);
    return new InodeBody(size, start, listingOffset(in), NO_FRAGMENT, 0, in.s32("xattr"));
  }

  /**
   *
   *
   * <pre>
   *  0 u32 nlink
   *  4 u32 symlink_size
   * </pre>
   *
   * The extended form has its xattr behind the target.
   */
  private static InodeBody symlink(ByteReader in) throws IOException {
    in.skip("nlink", 4);
    long size = in.u32("symlink_size", 1, MAX_TARGET);
    return new InodeBody(size, 0, 0, NO_FRAGMENT, 0, NO_XATTR);
  }

  /**
   *
   *
   * <pre>
   *  0 u32 nlink
   *  4 u32 rdev
   *  8 u32 xattr   in the extended form
   * </pre>
   */
  private static InodeBody device(ByteReader in, boolean extended) throws IOException {
    in.skip("nlink", 4);
    int device = in.s32("rdev");
    return new InodeBody(0, 0, 0, NO_FRAGMENT, device, extended ? in.s32("xattr") : NO_XATTR);
  }

  /**
   *
   *
   * <pre>
   *  0 u32 nlink
   *  4 u32 xattr   in the extended form
   * </pre>
   */
  private static InodeBody other(ByteReader in, boolean extended) throws IOException {
    in.skip("nlink", 4);
    return new InodeBody(0, 0, 0, NO_FRAGMENT, 0, extended ? in.s32("xattr") : NO_XATTR);
  }

  private static int listingOffset(ByteReader in) throws IOException {
    return in.u16("offset", 0, MetadataBlocks.BYTES - 1);
  }
}
