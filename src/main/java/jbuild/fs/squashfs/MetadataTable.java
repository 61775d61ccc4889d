package jbuild.fs.squashfs;

import jbuild.io.CorruptInputException;

/**
 * A table in metadata blocks. Places in it are given by references: the position of a block from
 * the table's start, shifted by 16 bits, and the offset in the block when it is decoded.
 *
 * @param label names image and table, for errors
 * @param start position of the first block
 * @param end position behind the last block, or any later one
 */
record MetadataTable(String label, MetadataBlocks blocks, long start, long end) {
  private static final int OFFSET_BITS = 16;
  private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;

  MetadataCursor at(long reference) throws CorruptInputException {
    MetadataCursor cursor = new MetadataCursor(this);
    cursor.seek(reference);
    return cursor;
  }

  static long reference(long block, int offset) {
    return block << OFFSET_BITS | offset;
  }

  static long block(long reference) {
    return reference >>> OFFSET_BITS;
  }

  static int offset(long reference) {
    return (int) reference & OFFSET_MASK;
  }

  /** The most bytes that the table can have from {@code reference} on: each block takes three. */
  long mostBytes(long reference) {
    long stored = end - start - block(reference);
    return (stored / (MetadataBlocks.HEADER_BYTES + 1) + 1) * MetadataBlocks.BYTES;
  }
}
