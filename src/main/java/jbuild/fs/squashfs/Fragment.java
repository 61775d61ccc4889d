package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * {@code struct squashfs_fragment_entry}, 16 bytes: where a block lies that holds the tails of
 * several files.
 *
 * <pre>
 *  0 u64 start_block
 *  8 u32 size         as in {@link BlockSize}
 * 12 u32 unused
 * </pre>
 *
 * @param size a word of {@link BlockSize}
 */
record Fragment(long start, int size) {
  static final int ENTRY_BYTES = 16;

  static Fragment read(ByteReader in, int blockSize) throws IOException {
    long start = in.u64("start_block", Superblock.BYTES, Long.MAX_VALUE);
    int size = BlockSize.require(in, in.s32("size"), blockSize);
    if (BlockSize.isHole(size)) {
      throw in.corrupt("fragment has no bytes");
    }
    return new Fragment(start, size);
  }
}
