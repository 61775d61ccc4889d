package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;

/**
 * {@code struct squashfs_super_block}, 96 bytes at the image's start. Sizes in bytes, positions
 * from the image's start; -1 is the position of a table that is not there.
 *
 * <pre>
 *  0 u32 s_magic                "hsqs"; "sqsh" in big-endian images of old versions
 *  4 u32 inodes
 *  8 u32 mkfs_time
 * 12 u32 block_size             of file data, a power of two from 4 KiB to 1 MiB
 * 16 u32 fragments              number of fragment blocks
 * 20 u16 compression
 * 22 u16 block_log              log2 of block_size
 * 24 u16 flags
 * 26 u16 no_ids                 number of different owners and groups
 * 28 u16 s_major                4
 * 30 u16 s_minor                0
 * 32 u64 root_inode             a reference into the inode table
 * 40 u64 bytes_used             what follows is padding
 * 48 u64 id_table_start
 * 56 u64 xattr_id_table_start
 * 64 u64 inode_table_start
 * 72 u64 directory_table_start
 * 80 u64 fragment_table_start
 * 88 u64 lookup_table_start     for NFS, not used here
 * </pre>
 */
record Superblock(
    int blockSize,
    int blockLog,
    long fragments,
    int compression,
    boolean hasCompressorOptions,
    int ids,
    long rootInode,
    long bytesUsed,
    long idTable,
    long xattrTable,
    long inodeTable,
    long directoryTable,
    long fragmentTable) {
  static final int BYTES = 96;
  static final int MAGIC = 0x73717368;
  static final int MAGIC_BIG_ENDIAN = 0x68737173;
  static final long NO_TABLE = -1;

  private static final int VERSION_OFFSET = 28;
  private static final int MIN_BLOCK_LOG = 12;
  private static final int MAX_BLOCK_LOG = 20;
  private static final int FLAG_COMPRESSOR_OPTIONS = 0x400;

  static Superblock read(String label, ByteSource image) throws IOException {
    ByteReader in = ByteReader.of(label + ": superblock", image, 0, BYTES);
    requireVersion(label, in);
    in.seek(0).expect(MAGIC, "s_magic");
    in.skip("inodes and mkfs_time", 8);
    int blockSize = (int) in.u32("block_size", 1 << MIN_BLOCK_LOG, 1 << MAX_BLOCK_LOG);
    long fragments = in.u32("fragments");
    int compression = in.u16("compression");
    int blockLog = in.u16("block_log", MIN_BLOCK_LOG, MAX_BLOCK_LOG);
    if (blockSize != 1 << blockLog) {
      throw in.corrupt("block_size is " + blockSize + ", block_log " + blockLog);
    }
    int flags = in.u16("flags");
    int ids = in.u16("no_ids", 1, 0xffff);
    in.skip("version", 4);
    long rootInode = in.s64("root_inode");
    long bytesUsed = in.u64("bytes_used", BYTES, image.size());
    long idTable = in.u64("id_table_start", BYTES, bytesUsed);
    long xattrTable = optional(in, "xattr_id_table_start", bytesUsed);
    long inodeTable = in.u64("inode_table_start", BYTES, bytesUsed);
    long directoryTable = in.u64("directory_table_start", inodeTable, bytesUsed);
    long fragmentTable = optional(in, "fragment_table_start", bytesUsed);
    return new Superblock(
        blockSize,
        blockLog,
        fragmentTable == NO_TABLE ? 0 : fragments,
        compression,
        (flags & FLAG_COMPRESSOR_OPTIONS) != 0,
        ids,
        rootInode,
        bytesUsed,
        idTable,
        xattrTable,
        inodeTable,
        directoryTable,
        fragmentTable);
  }

  /** All versions have theirs at the same place, in the byte order that the magic tells. */
  private static void requireVersion(String label, ByteReader in) throws IOException {
    boolean bigEndian = in.s32("s_magic") == MAGIC_BIG_ENDIAN;
    in.seek(VERSION_OFFSET);
    int major = in.u16("s_major");
    int minor = in.u16("s_minor");
    if (bigEndian) {
      major = Short.reverseBytes((short) major) & 0xffff;
      minor = Short.reverseBytes((short) minor) & 0xffff;
    }
    if (bigEndian || major != 4 || minor != 0) {
      throw new UnsupportedFilesystemException(
          label
              + ": squashfs version "
              + major
              + "."
              + minor
              + (bigEndian ? ", big-endian" : "")
              + " is not supported (only 4.0 is)");
    }
  }

  private static long optional(ByteReader in, String field, long bytesUsed) throws IOException {
    long at = in.position();
    if (in.s64(field) == NO_TABLE) {
      return NO_TABLE;
    }
    return in.seek((int) at).u64(field, BYTES, bytesUsed);
  }
}
