package jbuild.fs.iso9660;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * PN (RRIP 4.1.2): the high and the low 32 bits of a device number, both-endian each. What was the
 * number of 64 bits of glibc has everything that Linux uses in the low half, the minor's upper bits
 * above the major; other writers put the major alone into the high half. Linux tells them apart in
 * this way too.
 */
record DeviceNumber(int major, int minor) {
  static final DeviceNumber NONE = new DeviceNumber(0, 0);

  private static final long MOST_MAJOR = 0xfff;
  private static final long MOST_MINOR = 0xf_ffff;

  static DeviceNumber read(ByteReader r) throws CorruptInputException {
    long high = BothEndian.u32(r, "PN high");
    long low = BothEndian.u32(r, "PN low");
    if (high == 0 && low > 0xff) {
      int major = (int) ((low >> 8) & 0xfff);
      int minor = (int) ((low & 0xff) | ((low >> 12) & 0xfff00));
      return new DeviceNumber(major, minor);
    }
    if (high > MOST_MAJOR || low > MOST_MINOR) {
      throw r.corrupt("PN device number is " + high + ":" + low);
    }
    return new DeviceNumber((int) high, (int) low);
  }
}
