package jbuild.fs.ext4;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/** What all checksums of metadata have in common. */
final class Checksums {
  private Checksums() {}

  /** The error at {@code where}, the place of the stored checksum. */
  static CorruptInputException mismatch(ByteReader where, int stored, int computed) {
    return where.corrupt("checksum is " + hex(stored) + ", not " + hex(computed));
  }

  static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }
}
