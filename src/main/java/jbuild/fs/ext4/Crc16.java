package jbuild.fs.ext4;

/** CRC-16 with the polynomial 0x8005, bits reversed: the checksum of uninit_bg's descriptors. */
final class Crc16 {
  private static final int POLYNOMIAL = 0xa001;

  private int crc = 0xffff;

  Crc16 bytes(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      add(bytes[i]);
    }
    return this;
  }

  Crc16 le32(long value) {
    for (int shift = 0; shift < Integer.SIZE; shift += 8) {
      add((int) (value >>> shift));
    }
    return this;
  }

  private void add(int value) {
    crc ^= value & 0xff;
    for (int bit = 0; bit < 8; bit++) {
      crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    }
  }

  int value() {
    return crc;
  }
}
