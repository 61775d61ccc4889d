package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;

/**
 * Files of ext2 and ext3: i_block has the numbers of the first 12 blocks, then of a block with
 * further numbers, of one with numbers of such blocks, and of one with numbers of those. 0 is a
 * hole, whatever it should lead to.
 */
final class IndirectBlocks implements BlockMapping {
  private static final int DIRECT = 12;
  private static final int LEVELS = 3;

  private final Volume volume;
  private final InodeRecord inode;

  /** log2 of how many numbers a block has. */
  private final int bits;

  IndirectBlocks(Volume volume, InodeRecord inode) {
    this.volume = volume;
    this.inode = inode;
    this.bits = volume.blockBits() - 2;
  }

  @Override
  public BlockRange rangeAt(long block) throws IOException {
    if (block < DIRECT) {
      return range(inode.blockReader(volume), 0, DIRECT);
    }
    long first = DIRECT;
    for (int level = 1; level <= LEVELS; level++) {
      long end = first + (1L << (level * bits));
      if (block < end) {
        ByteReader root = inode.blockReader(volume).seek(4 * (DIRECT + level - 1));
        return rangeBelow(root, level, first, Math.min(end, MAX_BLOCKS), block);
      }
      first = end;
    }
    return BlockRange.hole(first, MAX_BLOCKS);
  }

  /**
   * @param number at the number of a block of that level
   * @param start the first block of the file that it is about
   */
  private BlockRange rangeBelow(ByteReader number, int level, long start, long most, long block)
      throws IOException {
    ByteReader at = number;
    long first = start;
    for (int below = level; ; below--) {
      long target = at.u32("i_block");
      long span = 1L << (below * bits);
      if (target == 0) {
        return BlockRange.hole(first, Math.min(first + span, most));
      }
      volume.requireBlocks(at, "block number", target, 1);
      ByteReader numbers = numbers(target);
      if (below == 1) {
        return range(numbers, first, Math.min(first + span, most));
      }
      long index = (block - first) >> ((below - 1) * bits);
      first += index << ((below - 1) * bits);
      at = numbers.seek((int) index * 4);
    }
  }

  private ByteReader numbers(long block) throws IOException {
    String part = "inode " + inode.number() + ": indirect block " + block;
    byte[] bytes = volume.cachedBlock(part, block);
    return ByteReader.of(volume.name(part), ByteBuffer.wrap(bytes), block << volume.blockBits());
  }

  private BlockRange range(ByteReader numbers, long first, long end) throws IOException {
    BlockRange.Builder range = new BlockRange.Builder(first, end);
    for (long block = first; block < end; block++) {
      long target = numbers.u32("block number");
      if (target != 0) {
        volume.requireBlocks(numbers, "block number", target, 1);
        range.add(block, 1, target);
      }
    }
    return range.build();
  }
}
