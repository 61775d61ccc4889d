package jbuild.fs.erofs;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** Images that were changed by hand. */
final class TestImages {
  private static final int SUPERBLOCK = 1024;
  private static final int CHECKSUM = SUPERBLOCK + 4;
  private static final int SUMMED = 512;

  private TestImages() {}

  /** A copy whose superblock has the right checksum again. */
  static byte[] withChecksum(byte[] image) {
    byte[] copy = image.clone();
    if (copy.length < SUPERBLOCK + SUMMED) {
      return copy;
    }
    Arrays.fill(copy, CHECKSUM, CHECKSUM + 4, (byte) 0);
    CRC32C crc = new CRC32C();
    crc.update(copy, SUPERBLOCK, SUMMED);
    int sum = ~(int) crc.getValue();
    for (int i = 0; i < 4; i++) {
      copy[CHECKSUM + i] = (byte) (sum >>> (8 * i));
    }
    return copy;
  }
}
