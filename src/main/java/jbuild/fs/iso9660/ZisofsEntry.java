package jbuild.fs.iso9660;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * ZF, and Z2 with the same fields (zisofs2 format, "ZF System Use Entry Format"): two letters for
 * the algorithm, the header's length in words of 4 bytes, log2 of the block size, and the file's
 * size: 32 bits both-endian in version 1, 64 bits little-endian in version 2.
 *
 * @param algorithm two letters
 * @param size of the file in bytes when it is unpacked
 */
record ZisofsEntry(int version, String algorithm, int headerBytes, int blockBits, long size) {
  static ZisofsEntry read(int version, ByteReader r) throws CorruptInputException {
    String algorithm = r.string("ZF algorithm", 2).toString();
    int headerBytes = r.u8("ZF header size") * 4;
    int blockBits = r.u8("ZF block size");
    long size =
        version == 1 ? BothEndian.u32(r, "ZF size") : r.u64("ZF size", 0, Long.MAX_VALUE >> 1);
    return new ZisofsEntry(version, algorithm, headerBytes, blockBits, size);
  }

  /** Whether this is zlib, in one of the two versions of the format. */
  boolean isSupported() {
    return version == 1 ? algorithm.equals("pz") : version == 2 && algorithm.equals("PZ");
  }
}
