package jbuild.fs.ext4;

import java.io.IOException;

/**
 * Files of ext4: a tree of extents with its root in i_block. Every node's keys must lie between its
 * parent's, so that no block can serve twice and no walk goes in circles.
 */
final class ExtentTree implements BlockMapping {
  private final Volume volume;
  private final InodeRecord inode;

  ExtentTree(Volume volume, InodeRecord inode) {
    this.volume = volume;
    this.inode = inode;
  }

  @Override
  public BlockRange rangeAt(long block) throws IOException {
    ExtentNode node = ExtentNode.root(volume, inode);
    long low = 0;
    long high = MAX_BLOCKS;
    while (node.depth() > 0) {
      node.requireKeys(low, high);
      int index = node.find(block);
      if (index < 0) {
        return BlockRange.hole(low, node.key(0));
      }
      if (index + 1 < node.count()) {
        high = node.key(index + 1);
      }
      low = node.key(index);
      node = node.child(inode, index);
    }
    return node.extents(low, high);
  }
}
