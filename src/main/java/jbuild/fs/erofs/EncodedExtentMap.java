package jbuild.fs.erofs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * Finds the extents of a file that lists them: {@code struct z_erofs_extent} behind the map header,
 * on the next multiple of its size, which is 4, 8, 16 or 32 bytes. Up to 8 bytes, all extents but
 * the last have one size, a logical cluster. With 4 bytes the physical clusters lie one behind the
 * other; where the first is, stands before the list in 8 bytes.
 *
 * <pre>
 *  0 u32 plen       bits 0-20: length of the physical cluster, 0: a hole; bit 27: partial;
 *                   bits 28-31: algorithm + 1, 0: not compressed
 *  4 u32 pstart_lo  where it is, in bytes
 *  8 u32 pstart_hi
 * 12 u32 lstart_lo  where the extent begins in the file
 * 16 u32 lstart_hi
 *                   reserved, 12 bytes
 * </pre>
 *
 * If the last is a fragment, plen and pstart_lo are where it is in the packed inode.
 */
final class EncodedExtentMap implements FileMap {
  private static final int LENGTH_MASK = (1 << 21) - 1;
  private static final int PARTIAL_BIT = 1 << 27;
  private static final int ALGORITHM_SHIFT = 28;
  private static final int START_BYTES = 8;
  private static final int LENGTH_ONLY = 4;
  private static final int SAME_SIZE = 8;
  private static final int WIDE_OFFSETS = 32;

  /** Lengths that are added up at once. */
  private static final int BATCH = 256;

  private final Volume volume;
  private final MapHeader header;
  private final String label;
  private final Pclusters pclusters;
  private final long size;
  private final int bits;
  private final int entryBytes;
  private final long count;
  private final long table;

  /** Entries of 4 bytes: where a physical cluster is, to count on from. */
  private volatile Known known;

  private record Known(long index, long position) {}

  private record Entry(int length, long position, long start) {}

  private EncodedExtentMap(Volume volume, StoredInode inode, MapHeader header) throws IOException {
    this.volume = volume;
    this.header = header;
    this.label = volume.label() + ": extent list";
    this.pclusters = new Pclusters(volume, header.has(MapHeader.INTERLACED));
    this.size = inode.size();
    this.bits = header.logicalBits(volume);
    this.entryBytes = header.extentBytes();
    this.count = entryBytes <= SAME_SIZE ? ((size - 1) >> bits) + 1 : header.extents();
    long begin = ImageLayout.align(header.position() + MapHeader.BYTES, entryBytes);
    this.table = entryBytes == LENGTH_ONLY ? begin + START_BYTES : begin;
    this.known =
        entryBytes == LENGTH_ONLY
            ? new Known(0, volume.structure("extent list", begin, START_BYTES).s64("pstart"))
            : new Known(0, 0);
  }

  /** The map of a file that is not empty. */
  static EncodedExtentMap of(Volume volume, StoredInode inode, MapHeader header)
      throws IOException {
    EncodedExtentMap map = new EncodedExtentMap(volume, inode, header);
    if (map.count > (volume.metadata().size() - map.table) / map.entryBytes) {
      throw map.corrupt("list of " + map.count + " extents is longer than the image");
    }
    return map;
  }

  @Override
  public Extent at(long offset) throws IOException {
    if (entryBytes <= SAME_SIZE) {
      long index = offset >> bits;
      long start = index << bits;
      long end = index == count - 1 ? size : start + (1L << bits);
      return extent(entry(index), offset, start, end, index == count - 1);
    }
    long low = 0;
    long high = count;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (entry(middle).start <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    long end = low < count ? entry(low).start : size;
    if (end <= offset || end > size) {
      throw corrupt("extents are not in order");
    }
    if (low == 0) {
      return Extent.hole(0, end);
    }
    Entry entry = entry(low - 1);
    return extent(entry, offset, entry.start, end, low == count);
  }

  private Extent extent(Entry entry, long offset, long start, long end, boolean last)
      throws IOException {
    if (last && header.hasFragment()) {
      long high = entryBytes == LENGTH_ONLY ? 0 : entry.position << Integer.SIZE;
      return Extent.fragment(start, end, high | Integer.toUnsignedLong(entry.length));
    }
    int bytes = entry.length & LENGTH_MASK;
    if (bytes == 0) {
      return Extent.hole(start, end);
    }
    int algorithm = (entry.length >>> ALGORITHM_SHIFT) - 1;
    Coding coding = algorithm < 0 ? Coding.STORED : Coding.of(algorithm);
    if (coding == null) {
      throw corrupt("algorithm " + algorithm + " is unknown");
    }
    boolean whole = (entry.length & PARTIAL_BIT) == 0;
    return pclusters.extent(
        offset, start, end, coding, Devices.PRIMARY, entry.position, bytes, whole);
  }

  private Entry entry(long index) throws IOException {
    ByteReader entry =
        ByteReader.of(label, volume.metadata(), table + index * entryBytes, entryBytes);
    int length = entry.s32("plen");
    if (entryBytes == LENGTH_ONLY) {
      return new Entry(length, positionOf(index), 0);
    }
    long position = entry.u32("pstart_lo");
    if (entryBytes == SAME_SIZE) {
      return new Entry(length, position, 0);
    }
    position |= entry.u32("pstart_hi") << Integer.SIZE;
    long start = entry.u32("lstart_lo");
    if (entryBytes == WIDE_OFFSETS) {
      start |= entry.u32("lstart_hi") << Integer.SIZE;
    }
    return new Entry(length, position, start);
  }

  private long positionOf(long index) throws IOException {
    Known from = known;
    if (from.index > index) {
      from = new Known(0, volume.structure("extent list", table - START_BYTES, 8).s64("pstart"));
    }
    long at = from.index;
    long position = from.position;
    while (at < index) {
      int batch = (int) Math.min(BATCH, index - at);
      ByteReader lengths =
          ByteReader.of(label, volume.metadata(), table + at * LENGTH_ONLY, batch * LENGTH_ONLY);
      for (int i = 0; i < batch; i++) {
        position += lengths.s32("plen") & LENGTH_MASK;
      }
      at += batch;
    }
    known = new Known(index, position);
    return position;
  }

  private IOException corrupt(String what) {
    return volume.corrupt("extent list", header.position(), what);
  }
}
