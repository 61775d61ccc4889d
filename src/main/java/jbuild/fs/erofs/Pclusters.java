package jbuild.fs.erofs;

import java.io.IOException;

/**
 * Makes extents of what an index says about physical clusters, within the limits that the kernel
 * has, too.
 */
final class Pclusters {
  /** Z_EROFS_PCLUSTER_MAX_SIZE. */
  private static final int MAX_BYTES = 1 << 20;

  /** Z_EROFS_PCLUSTER_MAX_DSIZE. */
  static final int MAX_DECODED = 12 << 20;

  private final Volume volume;
  private final boolean interlaced;

  /**
   * Makes extents of one file.
   *
   * @param interlaced whether bytes that are not compressed keep their offsets within a block
   */
  Pclusters(Volume volume, boolean interlaced) {
    this.volume = volume;
    this.interlaced = interlaced;
  }

  /**
   * The extent that holds {@code offset}, in a cluster that holds the file's bytes from {@code
   * start} to {@code end}.
   *
   * @param coding a compression, or {@link Coding#STORED}
   * @param bytes of the physical cluster
   * @param whole whether it holds nothing else
   */
  Extent extent(
      long offset,
      long start,
      long end,
      Coding coding,
      int device,
      long position,
      long bytes,
      boolean whole)
      throws IOException {
    if (bytes > MAX_BYTES || end - start > MAX_DECODED || position < 0) {
      throw volume.corrupt(
          "extent",
          Math.max(0, position),
          "physical cluster of " + bytes + " bytes for " + (end - start) + " decoded ones");
    }
    if (coding.isCompressed()) {
      return new Extent(start, end, coding, device, position, (int) bytes, whole);
    }
    if (end - start > bytes) {
      throw volume.corrupt(
          "extent", position, (end - start) + " bytes are kept in " + bytes + " bytes");
    }
    int blockBytes = volume.blockBytes();
    if (interlaced && device != Devices.METADATA && bytes % blockBytes == 0) {
      // The bytes up to the next block of the file stand at the end of the cluster.
      long first = blockBytes - start % blockBytes;
      return offset < start + first
          ? Extent.stored(start, Math.min(end, start + first), device, position + bytes - first)
          : Extent.stored(start + first, end, device, position);
    }
    return Extent.stored(start, end, device, position);
  }
}
