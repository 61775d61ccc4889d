package jbuild.fs.iso9660;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;

/**
 * Whether an image has Rock Ridge, which the entries of the root directory's record of itself tell:
 * SP comes first and says how many bytes of other areas to skip (SUSP 5.3), ER names the extensions
 * (SUSP 5.5). As Linux does, no names of extensions are asked for, since RRIP alone has three; what
 * counts is that there are entries of it.
 */
record Extensions(boolean rockRidge, int skip) {
  private static final int SP = 'S' | 'P' << 8;
  private static final int ER = 'E' | 'R' << 8;
  private static final int PX = 'P' | 'X' << 8;

  private static final Extensions NONE = new Extensions(false, 0);

  /** On discs in CD-ROM XA format the first 14 bytes of each area are of that (SUSP 5.3). */
  private static final int XA_BYTES = 14;

  private static final int SP_BYTES = 7;
  private static final int CHECK = 0xbe | 0xef << 8;

  static Extensions of(IsoVolume volume, DirectoryRecord rootSelf) throws IOException {
    ByteBuffer area = rootSelf.systemUse();
    int start = startsWithSp(area, 0) ? 0 : XA_BYTES;
    if (!startsWithSp(area, start)) {
      return NONE;
    }
    int skip = area.get(start + SP_BYTES - 1) & 0xff;
    boolean[] found = new boolean[1];
    SystemUse.forEach(
        volume,
        rootSelf,
        start,
        (signature, version, fields) -> found[0] |= signature == ER || signature == PX);
    return new Extensions(found[0], skip);
  }

  private static boolean startsWithSp(ByteBuffer area, int at) throws IOException {
    if (area.limit() - at < SP_BYTES) {
      return false;
    }
    ByteReader r = ByteReader.of("SP", area.slice(at, SP_BYTES), at);
    return r.u16("signature") == SP
        && r.u8("length") == SP_BYTES
        && r.skip("version", 1).u16("check bytes") == CHECK;
  }
}
