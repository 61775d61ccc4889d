package jbuild.check;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import jbuild.layer.Attributes;

/**
 * Whether a file is another one stored again: of the same size and time, and with the same bytes at
 * both ends. Bytes are looked at because SOURCE_DATE_EPOCH makes all times the same; not all of
 * them, because that would read every layer twice.
 */
final class SameFile {
  private static final int LOOKED_AT = 64 << 10;

  private SameFile() {}

  /** Opens a content; each call from its start. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  static boolean is(
      long size, Attributes a, Content contentA, long otherSize, Attributes b, Content contentB)
      throws IOException {
    if (size == 0
        || size != otherSize
        || a.mtimeSeconds() != b.mtimeSeconds()
        || a.mtimeNanos() != b.mtimeNanos()) {
      return false;
    }
    try (InputStream one = contentA.open();
        InputStream two = contentB.open()) {
      if (!sameBytes(one, two)) {
        return false;
      }
      long rest = size - 2L * LOOKED_AT;
      if (rest > 0) {
        one.skipNBytes(rest);
        two.skipNBytes(rest);
      }
      return sameBytes(one, two);
    }
  }

  private static boolean sameBytes(InputStream one, InputStream two) throws IOException {
    return Arrays.equals(one.readNBytes(LOOKED_AT), two.readNBytes(LOOKED_AT));
  }
}
