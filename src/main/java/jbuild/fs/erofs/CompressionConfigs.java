package jbuild.fs.erofs;

import java.io.IOException;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;

/**
 * How the data of an image may be compressed. With the feature COMPR_CFGS a record follows the
 * superblock for each algorithm in use, in the order of their numbers, each on a multiple of 4:
 *
 * <pre>
 *  0 u16 size
 *  2     lz4 (0): u16 max_distance, u16 max_pclusterblks; lzma (1): u32 dict_size, u16 format;
 *        deflate (2): u8 windowbits; zstd (3): u8 format, u8 windowlog; then reserved bytes
 * </pre>
 *
 * Without the feature lz4 is the only one.
 *
 * @param algorithms bit i: algorithm i may be in use
 * @param lzmaDictionary in bytes
 */
record CompressionConfigs(int algorithms, int lzmaDictionary) {
  static final CompressionConfigs LZ4_ONLY = new CompressionConfigs(1, 0);

  private static final int LZMA = 1;
  private static final int ZSTD = 3;
  private static final int KNOWN = 0xf;
  private static final int ALIGNMENT = 4;
  private static final int MAX_BYTES = 1 << 10;

  private static final int MIN_DICTIONARY = 4 << 10;
  private static final int MAX_DICTIONARY = 8 << 20;

  static CompressionConfigs read(String label, ByteSource image, long position, int algorithms)
      throws IOException {
    if ((algorithms & ~KNOWN) != 0) {
      throw new UnsupportedFilesystemException(
          label + ": compression algorithms 0x" + Integer.toHexString(algorithms & ~KNOWN));
    }
    int dictionary = 0;
    long at = position;
    for (int algorithm = 0; algorithm <= ZSTD; algorithm++) {
      if ((algorithms >> algorithm & 1) == 0) {
        continue;
      }
      String name = label + ": compression configuration";
      int size = ByteReader.of(name, image, at, 2).u16("size", 1, MAX_BYTES);
      ByteReader config = ByteReader.of(name, image, at + 2, size);
      if (algorithm == LZMA) {
        dictionary = (int) config.u32("dict_size", MIN_DICTIONARY, MAX_DICTIONARY);
        requireFormat(label, "lzma", config.u16("format"));
      } else if (algorithm == ZSTD) {
        requireFormat(label, "zstd", config.u8("format"));
      }
      at = ImageLayout.align(at + 2 + size, ALIGNMENT);
    }
    return new CompressionConfigs(algorithms, dictionary);
  }

  private static void requireFormat(String label, String algorithm, int format)
      throws UnsupportedFilesystemException {
    if (format != 0) {
      throw new UnsupportedFilesystemException(label + ": " + algorithm + " format " + format);
    }
  }

  boolean has(Coding coding) {
    return coding.isCompressed() && (algorithms >> coding.algorithm() & 1) != 0;
  }
}
