package jbuild.fs.erofs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * The index of EROFS_INODE_COMPRESSED_FULL: {@code struct z_erofs_lcluster_index}, 8 bytes for each
 * logical cluster, 8 bytes behind the map header.
 *
 * <pre>
 * 0 u16 di_advise       bits 0-1: type; bit 15: partial
 * 2 u16 di_clusterofs
 * 4 u32 blkaddr         or for non-heads u16 back and u16 ahead
 * </pre>
 */
final class FullIndex implements LclusterIndex {
  private static final int ENTRY_BYTES = 8;
  private static final int GAP_BYTES = 8;
  private static final int PARTIAL_BIT = 1 << 15;

  private final Volume volume;
  private final String label;
  private final long position;

  private FullIndex(Volume volume, long position) {
    this.volume = volume;
    this.label = volume.label() + ": cluster index";
    this.position = position;
  }

  static FullIndex of(Volume volume, MapHeader header, long lclusters) throws IOException {
    long position = header.position() + MapHeader.BYTES + GAP_BYTES;
    if (lclusters > (volume.metadata().size() - position) / ENTRY_BYTES) {
      throw volume.corrupt(
          "map header", header.position(), "index of " + lclusters + " entries is cut");
    }
    return new FullIndex(volume, position);
  }

  @Override
  public Lcluster get(long number) throws IOException {
    long at = position + number * ENTRY_BYTES;
    ByteReader entry = ByteReader.of(label, volume.metadata(), at, ENTRY_BYTES);
    int advise = entry.u16("di_advise");
    int offset = entry.u16("di_clusterofs");
    int type = advise & Lcluster.TYPE_MASK;
    return type == Lcluster.NONHEAD
        ? Lcluster.nonHead(entry.u16("delta"), entry.u16("delta"), at + ENTRY_BYTES)
        : Lcluster.head(
            type, offset, entry.u32("blkaddr"), (advise & PARTIAL_BIT) != 0, at + ENTRY_BYTES);
  }
}
