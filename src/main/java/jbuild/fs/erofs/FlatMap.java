package jbuild.fs.erofs;

import java.io.IOException;

/**
 * EROFS_INODE_FLAT_PLAIN and EROFS_INODE_FLAT_INLINE: the data lies in one piece, but for a tail
 * that may stand behind the inode.
 */
final class FlatMap implements FileMap {
  private final Extent blocks;
  private final Extent tail;

  private FlatMap(Extent blocks, Extent tail) {
    this.blocks = blocks;
    this.tail = tail;
  }

  /** The map of a file that is not empty. */
  static FlatMap of(Volume volume, StoredInode inode, int device) throws IOException {
    long size = inode.size();
    int blockBytes = volume.blockBytes();
    boolean inline = inode.data() == InodeLayout.FLAT_INLINE;
    long split = inline ? (size - 1) / blockBytes * blockBytes : size;
    long position = inode.inlinePosition();
    if (inline && position % blockBytes + (size - split) > blockBytes) {
      throw volume.corrupt("inode", inode.position(), "inline data crosses a block");
    }
    Extent blocks =
        inode.blockHigh() == StoredInode.HOLE
            ? Extent.hole(0, split)
            : Extent.stored(0, split, device, volume.blockPosition(inode.block()));
    return new FlatMap(blocks, Extent.stored(split, size, Devices.METADATA, position));
  }

  @Override
  public Extent at(long offset) {
    return blocks.contains(offset) ? blocks : tail;
  }
}
