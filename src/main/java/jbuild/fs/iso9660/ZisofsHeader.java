package jbuild.fs.iso9660;

import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * What a zisofs file begins with. The two versions (zisofs2 format, "File Header" and "LEGACY"):
 *
 * <pre>
 *    version 1                        version 2
 *  0 37 e4 53 96 c9 db d6 07        0 ef 22 55 a1 bc 1b 95 a0
 *  8 u32 file size                  8 u8  header version, 0
 * 12 u8  header size in words       9 u8  header size in words
 * 13 u8  log2 of block size        10 u8  algorithm, 1 for zlib
 * 14 u16 zero                      11 u8  log2 of block size
 *                                  12 u64 file size
 *                                  20 u32 unused
 * </pre>
 *
 * <p>A pointer to each block follows the header, and one to the end of the last: 32 bits in version
 * 1, 64 bits in version 2, counted from the start of the header. Blocks without bytes are zeros.
 *
 * @param size of the file in bytes when it is unpacked
 */
record ZisofsHeader(int headerBytes, int blockBits, long size, int pointerBytes) {
  /** Of version 1. */
  static final int LEAST_BYTES = 16;

  /** Of version 2. */
  static final int MOST_BYTES = 24;

  private static final ByteString MAGIC_1 =
      ByteString.of(
          new byte[] {
            0x37, (byte) 0xe4, 0x53, (byte) 0x96, (byte) 0xc9, (byte) 0xdb, (byte) 0xd6, 7
          });
  private static final ByteString MAGIC_2 =
      ByteString.of(
          new byte[] {
            (byte) 0xef, 0x22, 0x55, (byte) 0xa1, (byte) 0xbc, 0x1b, (byte) 0x95, (byte) 0xa0
          });

  private static final int ZLIB = 1;
  private static final int LEAST_BLOCK_BITS = 15;

  /** xorriso makes blocks of up to 1 MiB, though the text says 128 KiB. */
  private static final int MOST_BLOCK_BITS = 20;

  private static final int LEAST_WORDS = LEAST_BYTES / 4;

  static ZisofsHeader read(ByteReader r) throws CorruptInputException {
    ByteString magic = r.string("magic", MAGIC_1.length());
    if (magic.equals(MAGIC_1)) {
      long size = r.u32("file size");
      int words = words(r);
      return new ZisofsHeader(words * 4, blockBits(r), size, Integer.BYTES);
    }
    if (!magic.equals(MAGIC_2)) {
      throw r.corrupt("does not begin as zisofs does");
    }
    r.skip("header version", 1);
    int words = words(r);
    int algorithm = r.u8("algorithm");
    if (algorithm != ZLIB) {
      throw r.corrupt("algorithm is " + algorithm + ", ZF says zlib");
    }
    int blockBits = blockBits(r);
    long size = r.u64("file size", 0, Long.MAX_VALUE >> 1);
    return new ZisofsHeader(words * 4, blockBits, size, Long.BYTES);
  }

  private static int words(ByteReader r) throws CorruptInputException {
    int words = r.u8("header size");
    if (words < LEAST_WORDS) {
      throw r.corrupt("header size is " + words + " words, fewer than " + LEAST_WORDS);
    }
    return words;
  }

  private static int blockBits(ByteReader r) throws CorruptInputException {
    int bits = r.u8("block size");
    if (bits < LEAST_BLOCK_BITS || bits > MOST_BLOCK_BITS) {
      throw r.corrupt(
          "block size is 2^" + bits + ", not 2^" + LEAST_BLOCK_BITS + " to 2^" + MOST_BLOCK_BITS);
    }
    return bits;
  }

  int blockBytes() {
    return 1 << blockBits;
  }

  long blocks() {
    return (size + blockBytes() - 1) >> blockBits;
  }
}
