package jbuild.fs.ext4;

/** The kernel's {@code crc32_be()}: high bits first, from all ones, not inverted at the end. */
final class Crc32Be {
  private static final int POLYNOMIAL = 0x04c11db7;

  private final int[] table = new int[256];
  private int crc = -1;

  Crc32Be() {
    for (int i = 0; i < table.length; i++) {
      int state = i << 24;
      for (int bit = 0; bit < 8; bit++) {
        state = state < 0 ? (state << 1) ^ POLYNOMIAL : state << 1;
      }
      table[i] = state;
    }
  }

  void add(byte[] bytes) {
    for (byte b : bytes) {
      crc = (crc << 8) ^ table[(crc >>> 24) ^ (b & 0xff)];
    }
  }

  int value() {
    return crc;
  }
}
