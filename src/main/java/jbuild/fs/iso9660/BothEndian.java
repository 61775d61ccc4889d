package jbuild.fs.iso9660;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/** Numbers recorded twice, in little-endian and then in big-endian order (ECMA 7.2.3, 7.3.3). */
final class BothEndian {
  private BothEndian() {}

  static int u16(ByteReader r, String field) throws CorruptInputException {
    int value = r.u16(field);
    r.skip(field, 2);
    return value;
  }

  static long u32(ByteReader r, String field) throws CorruptInputException {
    long value = r.u32(field);
    r.skip(field, 4);
    return value;
  }

  static int s32(ByteReader r, String field) throws CorruptInputException {
    return (int) u32(r, field);
  }
}
