package jbuild.fs.ext4;

import java.util.zip.CRC32C;

/**
 * CRC-32C as the kernel's {@code crc32c(seed, …)} computes it: from any seed, and without the
 * inversions before and after that {@link CRC32C} makes.
 */
final class Crc32c {
  /** What the kernel starts from when there is no seed. */
  static final int NO_SEED = ~0;

  private static final int POLYNOMIAL = 0x82f63b78; // bits reversed

  private final CRC32C crc = new CRC32C();

  private Crc32c() {}

  /**
   * The JDK's sum always starts from all ones. Four bytes can take it from there to every other
   * state: those that undo 32 steps back from the seed.
   */
  static Crc32c from(int seed) {
    int state = seed;
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      state = state < 0 ? ((state ^ POLYNOMIAL) << 1) | 1 : state << 1;
    }
    return new Crc32c().le32(~state);
  }

  Crc32c le32(long value) {
    for (int shift = 0; shift < Integer.SIZE; shift += 8) {
      crc.update((int) (value >>> shift));
    }
    return this;
  }

  Crc32c le64(long value) {
    return le32(value).le32(value >>> 32);
  }

  Crc32c be32(int value) {
    return le32(Integer.reverseBytes(value));
  }

  Crc32c bytes(byte[] bytes, int from, int to) {
    crc.update(bytes, from, to - from);
    return this;
  }

  /** As many zeros: checksum fields do not count. */
  Crc32c zeros(int count) {
    for (int i = 0; i < count; i++) {
      crc.update(0);
    }
    return this;
  }

  int value() {
    return ~(int) crc.getValue();
  }
}
