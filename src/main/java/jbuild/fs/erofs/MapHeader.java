package jbuild.fs.erofs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * {@code struct z_erofs_map_header}, 8 bytes on a multiple of 8 behind a compressed inode.
 *
 * <pre>
 * 0 u32 h_fragmentoff   with a fragment: where it is in the packed inode, low bits
 *       u16 reserved, u16 h_idata_size: length of the inline cluster
 *       h_extents_lo: number of extents
 * 4 u16 h_advise
 * 6 u8  h_algorithmtype bits 0-3: of HEAD1 clusters, bits 4-7: of HEAD2; or high bits of the
 * 7 u8  h_clusterbits   number of extents; bits 0-3: log2(logical cluster / block)
 * </pre>
 *
 * With the highest bit set, the other 63 say where in the packed inode the whole file is.
 *
 * @param low the field at 0
 * @param wholeFragment -1 when the file is not in the packed inode as a whole
 */
record MapHeader(
    long position, long low, int advise, int algorithms, int clusterBits, long wholeFragment) {
  static final int BYTES = 8;

  static final int COMPACTED_2B = 0x1;
  static final int BIG_PCLUSTER_1 = 0x2;
  static final int BIG_PCLUSTER_2 = 0x4;
  static final int INTERLACED = 0x10;

  private static final int EXTENTS = 0x1;
  private static final int INLINE_PCLUSTER = 0x8;
  private static final int FRAGMENT_PCLUSTER = 0x20;
  private static final int EXTENT_SIZE_SHIFT = 1;
  private static final int EXTENT_SIZE_MASK = 3;
  private static final long WHOLE_FRAGMENT_BIT = 1L << 63;

  static MapHeader read(Volume volume, StoredInode inode) throws IOException {
    long position = ImageLayout.align(inode.inlinePosition(), BYTES);
    ByteReader header = volume.structure("map header", position, BYTES);
    long all = header.s64("h_fragmentoff");
    header.seek(0);
    return new MapHeader(
        position,
        header.u32("h_fragmentoff"),
        header.u16("h_advise"),
        header.u8("h_algorithmtype"),
        header.u8("h_clusterbits"),
        all < 0 ? all ^ WHOLE_FRAGMENT_BIT : -1);
  }

  /** The map of a file that is not empty. */
  FileMap mapOf(Volume volume, StoredInode inode) throws IOException {
    if (wholeFragment >= 0) {
      requireNotPacked(volume, inode);
      Extent all = Extent.fragment(0, inode.size(), wholeFragment);
      return offset -> all;
    }
    if (hasFragment()) {
      requireNotPacked(volume, inode);
    }
    return inode.data() == InodeLayout.COMPRESSED_FULL && (advise & EXTENTS) != 0
        ? EncodedExtentMap.of(volume, inode, this)
        : ClusterMap.of(volume, inode, this);
  }

  private void requireNotPacked(Volume volume, StoredInode inode) throws IOException {
    if (inode.nid() == volume.superblock().packedNid()) {
      throw volume.corrupt("map header", position, "the packed inode has a fragment");
    }
  }

  /** Whether the last extent is in the packed inode. */
  boolean hasFragment() {
    return (advise & FRAGMENT_PCLUSTER) != 0;
  }

  /** Bytes of the last cluster when that stands behind the index, else 0. */
  int inlineBytes() {
    return (advise & INLINE_PCLUSTER) != 0 && !hasFragment() ? (int) (low >>> 16) : 0;
  }

  boolean has(int flag) {
    return (advise & flag) != 0;
  }

  /** log2 of the bytes of a logical cluster. */
  int logicalBits(Volume volume) {
    return volume.superblock().blockBits() + (clusterBits & 0xf);
  }

  /** How many encoded extents there are: 48 bits. */
  long extents() {
    return (long) (clusterBits << 8 | algorithms) << 32 | low;
  }

  /** Bytes of an encoded extent: 4, 8, 16 or 32. */
  int extentBytes() {
    return 4 << (advise >> EXTENT_SIZE_SHIFT & EXTENT_SIZE_MASK);
  }
}
