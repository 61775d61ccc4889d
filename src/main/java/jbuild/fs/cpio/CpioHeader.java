package jbuild.fs.cpio;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * One header, whatever its form. The fields of each form, in file order:
 *
 * <pre>
 * newc, crc   magic ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor
 *             namesize check: 6 characters, then 13 times 8 hexadecimal digits
 * odc         magic dev ino mode uid gid nlink rdev: 6 octal digits each; mtime: 11; namesize: 6;
 *             filesize: 11
 * binary      magic dev ino mode uid gid nlink rdev mtime[2] namesize filesize[2]: 16 bits each,
 *             the upper half of the longer ones first
 * </pre>
 *
 * @param mode type and permissions, as stat(2) gives them
 * @param device what {@code inode} belongs to: major and minor in one number
 * @param nameBytes with the zero byte at the name's end
 * @param check crc: the sum of the content's bytes; else 0
 */
record CpioHeader(
    long inode,
    int mode,
    int uid,
    int gid,
    long links,
    long mtime,
    long size,
    long device,
    int deviceMajor,
    int deviceMinor,
    int nameBytes,
    int check) {
  /** PATH_MAX, as the kernel limits it; the zero byte counts. */
  static final int MAX_NAME = 4096;

  private static final int MAGIC_BYTES = 6;
  private static final int MAX_MODE = 0177777;

  static CpioHeader read(ByteReader in, CpioFormat format) throws CorruptInputException {
    return switch (format) {
      case NEWC, CRC -> readNew(in, format);
      case ODC -> readOld(in);
      case BINARY_LITTLE -> readBinary(in);
      case BINARY_BIG -> readBinary(in.bigEndian());
    };
  }

  private static CpioHeader readNew(ByteReader in, CpioFormat format) throws CorruptInputException {
    in.skip("magic", MAGIC_BYTES);
    long inode = hex(in, "ino");
    int mode = mode(in, hex(in, "mode"));
    int uid = (int) hex(in, "uid");
    int gid = (int) hex(in, "gid");
    long links = hex(in, "nlink");
    long mtime = hex(in, "mtime");
    long size = hex(in, "filesize");
    long device = hex(in, "devmajor") << 32 | hex(in, "devminor");
    int major = (int) hex(in, "rdevmajor") & 0xfff;
    int minor = (int) hex(in, "rdevminor") & 0xfffff;
    int name = nameBytes(in, hex(in, "namesize"));
    int check = (int) hex(in, "check");
    return new CpioHeader(
        inode,
        mode,
        uid,
        gid,
        links,
        mtime,
        size,
        device,
        major,
        minor,
        name,
        format == CpioFormat.CRC ? check : 0);
  }

  private static CpioHeader readOld(ByteReader in) throws CorruptInputException {
    in.skip("magic", MAGIC_BYTES);
    long device = number(in, "dev", 6, 8);
    long inode = number(in, "ino", 6, 8);
    int mode = mode(in, number(in, "mode", 6, 8));
    int uid = (int) number(in, "uid", 6, 8);
    int gid = (int) number(in, "gid", 6, 8);
    long links = number(in, "nlink", 6, 8);
    int rdev = (int) number(in, "rdev", 6, 8);
    long mtime = number(in, "mtime", 11, 8);
    int name = nameBytes(in, number(in, "namesize", 6, 8));
    long size = number(in, "filesize", 11, 8);
    return new CpioHeader(
        inode, mode, uid, gid, links, mtime, size, device, rdev >> 8, rdev & 0xff, name, 0);
  }

  private static CpioHeader readBinary(ByteReader in) throws CorruptInputException {
    in.skip("magic", 2);
    long device = in.u16("dev");
    long inode = in.u16("ino");
    int mode = mode(in, in.u16("mode"));
    int uid = in.u16("uid");
    int gid = in.u16("gid");
    long links = in.u16("nlink");
    int rdev = in.u16("rdev");
    long mtime = (long) in.u16("mtime") << 16 | in.u16("mtime");
    int name = nameBytes(in, in.u16("namesize"));
    long size = (long) in.u16("filesize") << 16 | in.u16("filesize");
    return new CpioHeader(
        inode, mode, uid, gid, links, mtime, size, device, rdev >> 8, rdev & 0xff, name, 0);
  }

  private static int mode(ByteReader in, long mode) throws CorruptInputException {
    if (mode > MAX_MODE) {
      throw in.corrupt("mode is 0" + Long.toOctalString(mode));
    }
    return (int) mode;
  }

  private static int nameBytes(ByteReader in, long bytes) throws CorruptInputException {
    if (bytes < 1 || bytes > MAX_NAME) {
      throw in.corrupt("namesize is " + bytes + ", not in 1 to " + MAX_NAME);
    }
    return (int) bytes;
  }

  private static long hex(ByteReader in, String field) throws CorruptInputException {
    return number(in, field, 8, 16);
  }

  private static long number(ByteReader in, String field, int digits, int radix)
      throws CorruptInputException {
    byte[] text = in.bytes(field, digits);
    long value = 0;
    for (byte each : text) {
      int digit = Character.digit(each, radix);
      if (digit < 0) {
        throw in.corrupt(field + " has a character that is no digit of base " + radix);
      }
      value = value * radix + digit;
    }
    return value;
  }
}
