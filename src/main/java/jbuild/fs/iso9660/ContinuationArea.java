package jbuild.fs.iso9660;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * CE (SUSP 5.1): where a record's system use entries go on; block, offset in it and length, 32 bits
 * both-endian each. Some writers let areas cross blocks, which does no harm.
 */
record ContinuationArea(long position, long length) {
  /** As much as is read of all areas of a record. */
  private static final long MOST_BYTES = 1 << 20;

  static ContinuationArea read(ByteReader r, int blockSize) throws CorruptInputException {
    long block = BothEndian.u32(r, "CE block");
    long offset = BothEndian.u32(r, "CE offset");
    long length = r.u32("CE length", 0, MOST_BYTES);
    return new ContinuationArea(block * blockSize + offset, length);
  }
}
