package jbuild.fs.iso9660;

import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * A primary or supplementary volume descriptor (ECMA 8.4, 8.5), a sector of 2048 bytes of which
 * this much is of interest. Other types have the first three fields in common with them.
 *
 * <pre>
 *   0 u8        type
 *   1 5 bytes   CD001
 *   6 u8        version
 *   8 32 bytes  system identifier
 *  40 32 bytes  volume identifier
 *  80 u32 both  blocks of the volume
 *  88 32 bytes  escape sequences, supplementary ones only
 * 120 u16 both  volumes in the set, 124 number of this one
 * 128 u16 both  bytes a block
 * 132 24 bytes  path tables
 * 156 34 bytes  the root's directory record
 * </pre>
 */
record VolumeDescriptor(
    ByteString volumeId, ByteString escapes, int blockSize, DirectoryRecord root) {
  static final int BYTES = 2048;
  static final int HEADER_BYTES = 7;

  static final int PRIMARY = 1;
  static final int SUPPLEMENTARY = 2;
  static final int TERMINATOR = 255;
  static final int NONE = -1;

  private static final ByteString STANDARD_ID = ByteString.of("CD001");
  private static final int TEXT_BYTES = 32;
  private static final int LEAST_BLOCK = 512;

  /** What ISO 2022 calls UCS-2 at levels 1, 2 and 3; names of Joliet are no different in them. */
  private static final String JOLIET_1 = "%/@";

  private static final String JOLIET_2 = "%/C";
  private static final String JOLIET_3 = "%/E";

  /** The type in the first bytes of a sector, {@link #NONE} when this is no volume descriptor. */
  static int type(ByteReader r) throws CorruptInputException {
    int type = r.u8("type");
    return r.string("standard identifier", STANDARD_ID.length()).equals(STANDARD_ID) ? type : NONE;
  }

  static VolumeDescriptor read(ByteReader r) throws CorruptInputException {
    r.skip("type, identifier, version and flags", HEADER_BYTES + 1);
    r.skip("system identifier", TEXT_BYTES);
    ByteString volumeId = r.string("volume identifier", TEXT_BYTES);
    r.skip("volume space size", 16);
    ByteString escapes = r.string("escape sequences", TEXT_BYTES);
    r.skip("volume set", 8);
    int blockSize = r.u16("logical block size", LEAST_BLOCK, BYTES);
    if (Integer.bitCount(blockSize) != 1) {
      throw r.corrupt("logical block size is " + blockSize + ", not a power of two");
    }
    r.skip("logical block size", 2);
    r.skip("path tables", 24);
    DirectoryRecord root =
        DirectoryRecord.read(
            r.slice("root directory record", DirectoryRecord.LEAST_BYTES), blockSize);
    return new VolumeDescriptor(volumeId, escapes, blockSize, root);
  }

  /** Whether a supplementary descriptor has names in Unicode. */
  boolean isJoliet() {
    return escapes.startsWith(JOLIET_1)
        || escapes.startsWith(JOLIET_2)
        || escapes.startsWith(JOLIET_3);
  }
}
