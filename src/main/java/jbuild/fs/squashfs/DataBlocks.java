package jbuild.fs.squashfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.CorruptInputException;

/**
 * The data blocks and fragments of an image. Those that are compressed come out of the cache, where
 * they are known by their position; others are read from the image when they are wanted.
 */
final class DataBlocks {
  private final String label;
  private final BlockStore store;
  private final int blockSize;

  DataBlocks(String label, BlockStore store, int blockSize) {
    this.label = label + ": data block";
    this.store = store;
    this.blockSize = blockSize;
  }

  int blockSize() {
    return blockSize;
  }

  /**
   * Fills {@code target} from a block that is no hole.
   *
   * @param word its {@link BlockSize}
   * @param length how many bytes the block has when it is decoded
   * @param offset in the decoded block
   */
  void read(long position, int word, int length, int offset, ByteBuffer target) throws IOException {
    if (BlockSize.isCompressed(word)) {
      store
          .cache()
          .read(
              this,
              position,
              arrayBytes(length),
              block -> decode(position, word, block),
              (block, decoded) -> {
                requireLength(position, length, decoded);
                target.put(block, offset, target.remaining());
              });
    } else {
      requireLength(position, length, BlockSize.stored(word));
      readStored(position, word, offset, target);
    }
  }

  /** Fills {@code target} from a fragment, of which only the end of the part is known. */
  void readFragment(Fragment fragment, int offset, ByteBuffer target) throws IOException {
    long position = fragment.start();
    int word = fragment.size();
    int end = offset + target.remaining();
    if (BlockSize.isCompressed(word)) {
      store
          .cache()
          .read(
              this,
              position,
              blockSize,
              block -> decode(position, word, block),
              (block, decoded) -> {
                requireEnd(position, end, decoded);
                target.put(block, offset, target.remaining());
              });
    } else {
      requireEnd(position, end, BlockSize.stored(word));
      readStored(position, word, offset, target);
    }
  }

  /** Whether {@link #willNeed} would do something now. */
  boolean hasRoom() {
    return store.cache().hasRoom(blockSize);
  }

  /**
   * Has a block decoded ahead that is no hole.
   *
   * @param length as for {@link #read}; of a fragment the block size
   */
  void willNeed(long position, int word, int length) {
    if (BlockSize.isCompressed(word)) {
      store
          .cache()
          .willRead(this, position, arrayBytes(length), block -> decode(position, word, block));
    } else {
      store.image().willNeed(position, BlockSize.stored(word));
    }
  }

  /** Most blocks get an array of the same size, which others can use after them. */
  private int arrayBytes(int length) {
    return length > blockSize / 4 ? blockSize : length;
  }

  private void readStored(long position, int word, int offset, ByteBuffer target)
      throws IOException {
    store.requireInside(label, position, BlockSize.stored(word));
    store.image().read(position + offset, target);
  }

  /** Decodes the block; gives its length. */
  private int decode(long position, int word, byte[] block) throws IOException {
    int stored = BlockSize.stored(word);
    return store.withBytes(
        label,
        position,
        stored,
        bytes -> store.decoder().decode(label, position, bytes, 0, stored, block));
  }

  private void requireLength(long position, int expected, int length) throws CorruptInputException {
    if (length != expected) {
      throw new CorruptInputException(
          label, position, "has " + length + " bytes when decoded, not " + expected);
    }
  }

  private void requireEnd(long position, int end, int length) throws CorruptInputException {
    if (end > length) {
      throw new CorruptInputException(
          label, position, "fragment has " + length + " bytes, a file wants those up to " + end);
    }
  }
}
