package jbuild.fs.ext4;

import java.io.IOException;

/** Where the blocks of a file lie. Reads what it needs for an answer and keeps nothing. */
interface BlockMapping {
  /** One more than the last block a file can have. */
  long MAX_BLOCKS = 1L << 32;

  /**
   * What is known about {@code block}, 0 to {@link #MAX_BLOCKS} - 1, and those around it; the range
   * holds the block.
   */
  BlockRange rangeAt(long block) throws IOException;

  /** The mapping of an inode whose content is not inline. */
  static BlockMapping of(Volume volume, InodeRecord inode) {
    return inode.hasExtents() ? new ExtentTree(volume, inode) : new IndirectBlocks(volume, inode);
  }
}
