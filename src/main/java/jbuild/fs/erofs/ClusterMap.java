package jbuild.fs.erofs;

import java.io.IOException;

/**
 * Finds the extents of a file whose index has an entry for each logical cluster, in whichever form.
 * The last extent may be in the packed inode, or its physical cluster behind the index.
 */
final class ClusterMap implements FileMap {
  private static final int NO_TAIL = -1;

  private final Volume volume;
  private final MapHeader header;
  private final LclusterIndex index;
  private final Pclusters pclusters;
  private final long size;
  private final int bits;

  /** The head of the last extent when that is kept in its own way, and where. */
  private long tail = NO_TAIL;

  private long tailPosition;

  /** A logical cluster in which an extent begins. */
  private record Head(long number, Lcluster entry) {}

  private ClusterMap(Volume volume, StoredInode inode, MapHeader header, LclusterIndex index) {
    this.volume = volume;
    this.header = header;
    this.index = index;
    this.pclusters = new Pclusters(volume, header.has(MapHeader.INTERLACED));
    this.size = inode.size();
    this.bits = header.logicalBits(volume);
  }

  /** The map of a file that is not empty. */
  static ClusterMap of(Volume volume, StoredInode inode, MapHeader header) throws IOException {
    boolean compact = inode.data() == InodeLayout.COMPRESSED_COMPACT;
    long last = inode.size() - 1;
    LclusterIndex index =
        compact
            ? CompactIndex.of(volume, header, (last >> volume.superblock().blockBits()) + 1)
            : FullIndex.of(volume, header, (last >> header.logicalBits(volume)) + 1);
    ClusterMap map = new ClusterMap(volume, inode, header, index);
    if (header.hasFragment() || header.inlineBytes() > 0) {
      Head head = map.head(last);
      map.tail = head.number;
      long high = compact ? 0 : head.entry.block() << Integer.SIZE;
      map.tailPosition =
          header.hasFragment() ? high | header.low() : map.entry(last >> map.bits).indexEnd();
    }
    return map;
  }

  @Override
  public boolean mayHaveHoles() {
    return false;
  }

  @Override
  public Extent at(long offset) throws IOException {
    Head head = head(offset);
    Lcluster entry = head.entry;
    long start = (head.number << bits) + entry.offset();
    boolean isTail = head.number == tail;
    long end = isTail ? size : end(head.number, start);
    if (isTail && header.hasFragment()) {
      return Extent.fragment(start, end, tailPosition);
    }
    if (isTail) {
      long within = tailPosition % volume.blockBytes();
      if (within + header.inlineBytes() > volume.blockBytes()) {
        throw corrupt("inline cluster of " + header.inlineBytes() + " bytes crosses a block");
      }
      return pclusters.extent(
          offset,
          start,
          end,
          coding(entry),
          Devices.METADATA,
          tailPosition,
          header.inlineBytes(),
          true);
    }
    return pclusters.extent(
        offset,
        start,
        end,
        coding(entry),
        Devices.PRIMARY,
        volume.blockPosition(entry.block()),
        (long) blocks(head) << volume.superblock().blockBits(),
        !entry.partial());
  }

  private Coding coding(Lcluster head) throws IOException {
    if (head.type() == Lcluster.PLAIN) {
      return Coding.STORED;
    }
    int algorithm =
        head.type() == Lcluster.HEAD1 ? header.algorithms() & 0xf : header.algorithms() >> 4;
    Coding coding = Coding.of(algorithm);
    if (coding == null) {
      throw corrupt("algorithm " + algorithm + " is unknown");
    }
    return coding;
  }

  /** Where the extent that holds {@code offset} begins. */
  private Head head(long offset) throws IOException {
    long number = offset >> bits;
    Lcluster entry = entry(number);
    if (entry.isHead() && (offset & (1L << bits) - 1) >= entry.offset()) {
      return new Head(number, entry);
    }
    int back = entry.isHead() ? 1 : entry.back();
    do {
      if (back == 0 || back > number) {
        throw corrupt("head of logical cluster " + number + " is " + back + " before it");
      }
      number -= back;
      entry = entry(number);
      back = entry.back();
    } while (!entry.isHead());
    return new Head(number, entry);
  }

  /** Where the extent ends that begins at {@code start}: at the next head, or with the file. */
  private long end(long head, long start) throws IOException {
    long number = head + 1;
    while (number << bits < size) {
      Lcluster entry = entry(number);
      if (entry.isHead()) {
        return Math.min(size, (number << bits) + entry.offset());
      }
      number += entry.ahead();
      if ((number << bits) - start > Pclusters.MAX_DECODED + (2L << bits)) {
        throw corrupt("extent at " + start + " of the file is longer than can be");
      }
    }
    return size;
  }

  /** How many blocks the physical cluster has; the entry behind the head says so, if any. */
  private int blocks(Head head) throws IOException {
    boolean countsBlocks =
        header.has(
            head.entry.type() == Lcluster.HEAD1
                ? MapHeader.BIG_PCLUSTER_1
                : MapHeader.BIG_PCLUSTER_2);
    long next = head.number + 1;
    if (!countsBlocks || next << bits >= size) {
      return 1;
    }
    Lcluster entry = entry(next);
    if (entry.isHead()) {
      return 1;
    }
    if (entry.back() != 1 || entry.blocks() == 0) {
      throw corrupt("logical cluster " + next + " does not count the blocks of its extent");
    }
    return entry.blocks();
  }

  private Lcluster entry(long number) throws IOException {
    Lcluster entry = index.get(number);
    if (entry.offset() >= 1L << bits) {
      throw corrupt("extent begins behind its logical cluster " + number);
    }
    if (entry.blocks() > 0 && !header.has(MapHeader.BIG_PCLUSTER_1 | MapHeader.BIG_PCLUSTER_2)) {
      throw corrupt("logical cluster " + number + " counts blocks");
    }
    return entry;
  }

  private IOException corrupt(String what) {
    return volume.corrupt("cluster index", header.position(), what);
  }
}
