package jbuild.fs.squashfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * A table of entries of one size, in metadata blocks that are all full but the last. The positions
 * of these blocks are a list of 64-bit numbers somewhere else, not compressed. Pages of the list
 * are kept in the cache, too, so that a table of any length takes no memory of its own.
 */
final class LookupTable {
  private static final int POSITION_BYTES = 8;
  private static final int PAGE_BYTES = 4 << 10;

  private final String label;
  private final BlockStore store;
  private final MetadataBlocks blocks;
  private final long list;
  private final long count;
  private final int entryBytes;

  /**
   * @param list position of the list of blocks
   * @param count number of entries
   * @param entryBytes size of an entry, of which 8 KiB is a multiple
   */
  LookupTable(
      String label, BlockStore store, MetadataBlocks blocks, long list, long count, int entryBytes)
      throws IOException {
    this.label = label;
    this.store = store;
    this.blocks = blocks;
    this.list = list;
    this.count = count;
    this.entryBytes = entryBytes;
    if (count > 0) {
      store.requireInside(label, list, listBytes());
    }
  }

  long count() {
    return count;
  }

  /** A reader of the entry, and of those behind it in the same block. */
  ByteReader entry(long index) throws IOException {
    if (index < 0 || index >= count) {
      throw new CorruptInputException(label, list, "entry " + index + " of " + count);
    }
    long at = index * entryBytes;
    MetadataTable block =
        new MetadataTable(label, blocks, blockPosition(at / MetadataBlocks.BYTES), store.size());
    int offset = (int) (at % MetadataBlocks.BYTES);
    MetadataCursor cursor = block.at(MetadataTable.reference(0, offset));
    int length = cursor.contiguous();
    if (length < entryBytes) {
      throw cursor.corrupt("entry " + index + " does not lie in its block");
    }
    return cursor.read(length);
  }

  private long listBytes() {
    return ((count * entryBytes - 1) / MetadataBlocks.BYTES + 1) * POSITION_BYTES;
  }

  private long blockPosition(long number) throws IOException {
    long inList = number * POSITION_BYTES;
    long pageStart = inList / PAGE_BYTES * PAGE_BYTES;
    int length = (int) Math.min(PAGE_BYTES, listBytes() - pageStart);
    byte[] page =
        store
            .cache()
            .get(
                this,
                list + pageStart,
                length,
                () ->
                    store.withBytes(
                        label, list + pageStart, length, bytes -> Arrays.copyOf(bytes, length)));
    long position =
        ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).getLong((int) (inList - pageStart));
    if (position < Superblock.BYTES || position >= store.size()) {
      throw new CorruptInputException(
          label,
          list + inList,
          "block at 0x" + Long.toHexString(position) + " is not in the image");
    }
    return position;
  }
}
