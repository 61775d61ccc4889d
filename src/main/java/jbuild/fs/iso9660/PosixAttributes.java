package jbuild.fs.iso9660;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * PX (RRIP 1.12, 4.1.1): mode, links, user, group and, since RRIP 1.12, serial number, 32 bits
 * both-endian each.
 *
 * @param mode with the type of the file, as st_mode
 * @param serial what tells files apart, 0 when it is not recorded
 */
record PosixAttributes(int mode, long links, int uid, int gid, long serial) {
  private static final int SERIAL_BYTES = 8;

  static PosixAttributes read(ByteReader r) throws CorruptInputException {
    int mode = BothEndian.s32(r, "PX file mode");
    long links = BothEndian.u32(r, "PX links");
    int uid = BothEndian.s32(r, "PX user ID");
    int gid = BothEndian.s32(r, "PX group ID");
    long serial = r.remaining() < SERIAL_BYTES ? 0 : BothEndian.u32(r, "PX serial number");
    return new PosixAttributes(mode, links, uid, gid, serial);
  }
}
