package jbuild.fs.disk;

import java.io.IOException;
import jbuild.io.BlockDecoder;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * Where the data of a compressed qcow2 cluster lies. Its descriptor has 62 bits; the lower 62 -
 * (cluster_bits - 8) are its position in the file, the others count the 512-byte sectors behind the
 * one it begins in. So the length is only known roughly: the data ends somewhere in the last
 * sector.
 *
 * @param position in the file, at any byte
 * @param length in bytes, to the end of the last sector or of the file
 */
record CompressedCluster(long position, int length) {
  private static final int SECTOR = 512;

  static CompressedCluster of(String label, long descriptor, int clusterBits, long fileSize)
      throws CorruptInputException {
    int positionBits = 62 - (clusterBits - 8);
    long position = descriptor & ((1L << positionBits) - 1);
    long sectors = ((descriptor & ~(1L << 63)) >>> positionBits) + 1;
    if (position >= fileSize) {
      throw new CorruptInputException(
          label + ": qcow2 compressed cluster",
          position,
          "it lies behind the file's end at 0x" + Long.toHexString(fileSize));
    }
    long end = Math.min(fileSize, position - position % SECTOR + sectors * SECTOR);
    return new CompressedCluster(position, (int) (end - position));
  }

  byte[] decode(String label, ByteSource file, BlockDecoder decoder, int clusterBytes)
      throws IOException {
    String part = label + ": qcow2 compressed cluster";
    byte[] input = ByteReader.of(part, file, position, length).bytes("data", length);
    byte[] cluster = new byte[clusterBytes];
    int count = decoder.decode(part, position, input, 0, length, cluster);
    if (count != clusterBytes) {
      throw new CorruptInputException(
          part, position, "it has " + count + " bytes, not " + clusterBytes);
    }
    return cluster;
  }
}
