package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * {@code struct squashfs_dir_header}, 12 bytes in front of up to 256 entries whose inodes begin in
 * one block of the inode table.
 *
 * <pre>
 *  0 u32 count         of the entries, less one
 *  4 u32 start_block   of the inodes, from the inode table's start
 *  8 u32 inode_number  to which the entries' differences are added
 * </pre>
 */
record DirectoryHeader(int count, long startBlock, int inodeNumber) {
  static final int BYTES = 12;

  private static final int MAX_COUNT = 256;

  static DirectoryHeader read(ByteReader in) throws IOException {
    int count = (int) in.u32("count", 0, MAX_COUNT - 1) + 1;
    return new DirectoryHeader(count, in.u32("start_block"), in.s32("inode_number"));
  }
}
