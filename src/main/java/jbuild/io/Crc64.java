package jbuild.io;

/** The CRC64 of .xz (The .xz File Format 6): the polynomial of ECMA-182, lowest bit first. */
final class Crc64 {
  private static final long POLYNOMIAL = 0xc96c_5795_d787_0f42L;
  private static final long[] TABLE = table();

  private Crc64() {}

  static long of(byte[] bytes, int start, int end) {
    long crc = -1;
    for (int i = start; i < end; i++) {
      crc = (crc >>> 8) ^ TABLE[(int) (crc ^ bytes[i]) & 0xff];
    }
    return ~crc;
  }

  private static long[] table() {
    long[] table = new long[256];
    for (int i = 0; i < table.length; i++) {
      long crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ (POLYNOMIAL & -(crc & 1));
      }
      table[i] = crc;
    }
    return table;
  }
}
