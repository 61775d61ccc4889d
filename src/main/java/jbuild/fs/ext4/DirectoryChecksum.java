package jbuild.fs.ext4;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * The checksum of a directory's block. Blocks of entries end in {@code struct ext4_dir_entry_tail},
 * an unused entry of 12 bytes with the file type 0xde. Blocks of a hash tree's index have {@code
 * struct dx_tail} behind as many index entries as they have room for; only those in use count.
 *
 * <pre>
 * 0x00 entry of '.', 12 bytes          entry that is not in use, 8 bytes
 * 0x0c entry of '..', 12 bytes used
 * 0x18 struct dx_root_info, 8 bytes
 * 0x20 u16 limit                       0x08 u16 limit
 * 0x22 u16 count                       0x0a u16 count
 *      from 0x20 on: limit entries of 8 bytes, count are in use, the first is this one
 *      u32 dt_reserved, u32 dt_checksum
 * </pre>
 */
final class DirectoryChecksum {
  private static final int TAIL_BYTES = 12;
  private static final int TAIL_TYPE = 0xde;
  private static final int ROOT_ENTRIES = 0x20;
  private static final int NODE_ENTRIES = 0x8;
  private static final int INDEX_ENTRY_BYTES = 8;

  private final Volume volume;
  private final InodeRecord directory;

  DirectoryChecksum(Volume volume, InodeRecord directory) {
    this.volume = volume;
    this.directory = directory;
  }

  /**
   * @param bytes the block begins at {@code from}
   * @param in the same block
   * @param isFirst whether it is the directory's first block
   */
  void verify(byte[] bytes, int from, ByteReader in, boolean isFirst) throws CorruptInputException {
    int blockBytes = volume.blockSize();
    int firstLength = DirectoryEntries.length(in.seek(4).u16("rec_len"), blockBytes);
    boolean indexed = directory.isIndexed() && volume.features().dirIndex();
    if (indexed && isFirst) {
      verifyIndex(bytes, from, in, ROOT_ENTRIES);
    } else if (indexed && firstLength == blockBytes && in.seek(0).u32("inode") == 0) {
      verifyIndex(bytes, from, in, NODE_ENTRIES);
    } else {
      verifyEntries(bytes, from, in);
    }
  }

  private void verifyEntries(byte[] bytes, int from, ByteReader in) throws CorruptInputException {
    int tail = volume.blockSize() - TAIL_BYTES;
    in.seek(tail);
    if (in.u32("det_reserved_zero1") != 0
        || in.u16("det_rec_len") != TAIL_BYTES
        || in.u8("det_reserved_zero2") != 0
        || in.u8("det_reserved_ft") != TAIL_TYPE) {
      throw in.seek(tail).corrupt("the block does not end in a checksum");
    }
    int stored = in.s32("det_checksum");
    int computed = directory.checksum(volume.superblock()).bytes(bytes, from, from + tail).value();
    if (stored != computed) {
      throw Checksums.mismatch(in.seek(tail + 8), stored, computed);
    }
  }

  private void verifyIndex(byte[] bytes, int from, ByteReader in, int entries)
      throws CorruptInputException {
    int room = (volume.blockSize() - entries) / INDEX_ENTRY_BYTES - 1;
    int limit = in.seek(entries).u16("limit", 1, room);
    int count = in.u16("count", 1, limit);
    int tail = entries + limit * INDEX_ENTRY_BYTES;
    int stored = in.seek(tail + 4).s32("dt_checksum");
    int computed =
        directory
            .checksum(volume.superblock())
            .bytes(bytes, from, from + entries + count * INDEX_ENTRY_BYTES)
            .bytes(bytes, from + tail, from + tail + 4)
            .zeros(4)
            .value();
    if (stored != computed) {
      throw Checksums.mismatch(in.seek(tail + 4), stored, computed);
    }
  }
}
