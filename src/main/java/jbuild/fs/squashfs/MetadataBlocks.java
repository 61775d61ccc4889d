package jbuild.fs.squashfs;

import java.io.IOException;
import java.util.Arrays;
import jbuild.io.CorruptInputException;

/**
 * The metadata blocks of an image: a header of 16 bits, which is the number of bytes that follow
 * and a bit that says that they are not compressed, and then what decodes to at most 8 KiB. A block
 * tells where the next one begins, so that a table is a chain of blocks.
 *
 * <p>In the cache a block is followed by the two bytes of its size in the image, because who takes
 * a block from there needs the way to the next one, too.
 */
final class MetadataBlocks {
  static final int BYTES = 8 << 10;
  static final int HEADER_BYTES = 2;
  static final int MAX_STORED = HEADER_BYTES + BYTES;
  static final int NOT_COMPRESSED = 0x8000;

  /**
   * How many blocks are decoded ahead when one was not there: trees are walked in about the order
   * of their tables. Who wants a single block wastes 64 KiB of decoding, on other threads.
   */
  private static final int AHEAD = 8;

  private static final int TRAILER_BYTES = 2;

  private final String label;
  private final BlockStore store;

  MetadataBlocks(String label, BlockStore store) {
    this.label = label + ": metadata block";
    this.store = store;
  }

  /**
   * The block that begins at {@code position}.
   *
   * @param end of the table it is a part of
   */
  byte[] get(long position, long end) throws IOException {
    return store.cache().get(this, position, BYTES, () -> load(position, end, AHEAD));
  }

  /** How many bytes of {@code block} are its content: 1 to 8192. */
  static int length(byte[] block) {
    return block.length - TRAILER_BYTES;
  }

  /** How many bytes {@code block} has in the image, with its header. */
  static int stored(byte[] block) {
    int at = length(block);
    return (block[at] & 0xff) | (block[at + 1] & 0xff) << 8;
  }

  private void announce(long position, long end, int ahead) {
    store.cache().willNeed(this, position, BYTES, () -> load(position, end, ahead));
  }

  private byte[] load(long position, long end, int ahead) throws IOException {
    int most = (int) Math.min(MAX_STORED, end - position);
    if (most <= HEADER_BYTES) {
      throw new CorruptInputException(label, position, "begins behind the end of its table");
    }
    return store.withBytes(label, position, most, bytes -> decode(position, end, ahead, bytes));
  }

  private byte[] decode(long position, long end, int ahead, byte[] bytes) throws IOException {
    int header = (bytes[0] & 0xff) | (bytes[1] & 0xff) << 8;
    int size = header & ~NOT_COMPRESSED;
    if (size == 0 || size > BYTES || size > end - position - HEADER_BYTES) {
      throw new CorruptInputException(
          label, position, "size is " + size + ", the table ends at 0x" + Long.toHexString(end));
    }
    long next = position + HEADER_BYTES + size;
    if (ahead > 0 && next + HEADER_BYTES < end) {
      announce(next, end, ahead - 1);
    }
    // Two bytes more than there may be: a full block has its trailer without being copied.
    byte[] block = new byte[BYTES + TRAILER_BYTES];
    int length = size;
    if ((header & NOT_COMPRESSED) != 0) {
      System.arraycopy(bytes, HEADER_BYTES, block, 0, size);
    } else {
      length = store.decoder().decode(label, position, bytes, HEADER_BYTES, size, block);
    }
    if (length < 1 || length > BYTES) {
      throw new CorruptInputException(label, position, "has " + length + " bytes when decoded");
    }
    byte[] kept = length == BYTES ? block : Arrays.copyOf(block, length + TRAILER_BYTES);
    kept[length] = (byte) (HEADER_BYTES + size);
    kept[length + 1] = (byte) ((HEADER_BYTES + size) >> 8);
    return kept;
  }
}
