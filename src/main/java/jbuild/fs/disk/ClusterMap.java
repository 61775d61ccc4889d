package jbuild.fs.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.BlockCache;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * Where the bytes of a qcow2 disk lie: the L1 table, which is kept in memory, and the L2 tables it
 * points to, one cluster each, which are read through the cache in slices. Entries are big-endian.
 *
 * <pre>
 * L1 entry            bits 9-55  offset of the L2 table, 0 when it maps nothing
 * L2 entry            bit  62    the cluster is compressed: see {@link CompressedCluster}
 *                     bits 9-55  offset of the cluster, 0 when there is none
 *                     bit  0     the cluster is zero
 * bitmap of the entry bits 0-31  subclusters that are there
 *                     bits 32-63 subclusters that are zero
 * </pre>
 */
final class ClusterMap {
  private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;
  private static final long COPIED = 1L << 63;
  private static final long COMPRESSED = 1L << 62;
  private static final long ZERO = 1;
  private static final int SUBCLUSTERS = 32;

  /** Small enough to be cheap for a lone read, large enough for a long run. */
  private static final int MAX_SLICE = 16 << 10;

  private final String label;
  private final ByteSource file;
  private final long fileSize;
  private final Qcow2Header header;
  private final BlockCache cache;
  private final long[] l1;
  private final int sliceBytes;

  private ClusterMap(String label, ByteSource file, Qcow2Header header, BlockCache cache, long[] l1)
      throws IOException {
    this.label = label;
    this.file = file;
    this.fileSize = file.size();
    this.header = header;
    this.cache = cache;
    this.l1 = l1;
    this.sliceBytes = Math.min(MAX_SLICE, header.clusterBytes());
  }

  static ClusterMap read(String label, ByteSource file, Qcow2Header header, BlockCache cache)
      throws IOException {
    String part = label + ": qcow2 L1 table";
    long span = 1L << header.l1SpanBits();
    long needed = header.size() / span + (header.size() % span == 0 ? 0 : 1);
    if (needed > header.l1Size()) {
      throw new CorruptInputException(
          part,
          header.l1Offset(),
          "it has " + header.l1Size() + " entries, the disk needs " + needed);
    }
    ByteReader in = ByteReader.of(part, file, header.l1Offset(), (int) needed * 8).bigEndian();
    long[] l1 = new long[(int) needed];
    long tables = 0;
    for (int i = 0; i < l1.length; i++) {
      long entry = in.s64("L1 entry");
      l1[i] = entry & OFFSET;
      if ((entry & ~(OFFSET | COPIED)) != 0 || (l1[i] & (header.clusterBytes() - 1)) != 0) {
        throw in.corrupt("entry " + i + " is 0x" + Long.toHexString(entry));
      }
      tables += l1[i] == 0 ? 0 : 1;
    }
    // No table is used twice: so a search over all of them is no longer than the file.
    if (tables > file.size() / header.clusterBytes()) {
      throw new CorruptInputException(
          part, header.l1Offset(), "it has " + tables + " L2 tables, more than the file can hold");
    }
    return new ClusterMap(label, file, header, cache, l1);
  }

  /**
   * The run that begins at {@code offset}, which lies on the disk: at most {@code most} bytes, but
   * maybe cut short before its end.
   */
  Extent extent(long offset, long most) throws IOException {
    long left = Math.min(most, header.size() - offset);
    long table = l1[(int) (offset >>> header.l1SpanBits())];
    if (table == 0) {
      long span = 1L << header.l1SpanBits();
      return new Extent(Extent.Kind.HOLE, 0, Math.min(left, span - (offset & (span - 1))));
    }
    long cluster = offset >>> header.clusterBits();
    long entries = header.clusterBytes() / header.entryBytes();
    long at = table + (cluster & (entries - 1)) * header.entryBytes();
    ByteBuffer slice = ByteBuffer.wrap(slice(at - at % sliceBytes));
    return new Run(slice, at - at % sliceBytes, (int) (at % sliceBytes), offset).upTo(left);
  }

  private byte[] slice(long position) throws IOException {
    return cache.get(
        this,
        position,
        sliceBytes,
        () ->
            ByteReader.of(label + ": qcow2 L2 table", file, position, sliceBytes)
                .bytes("slice", sliceBytes));
  }

  /** Goes over the entries of a slice as long as they continue one another. */
  private final class Run {
    private final ByteBuffer slice;
    private final long slicePosition;
    private final long offset;
    private int entry;

    Run(ByteBuffer slice, long slicePosition, int entry, long offset) {
      this.slice = slice;
      this.slicePosition = slicePosition;
      this.entry = entry;
      this.offset = offset;
    }

    Extent upTo(long most) throws IOException {
      int unitBits = header.clusterBits() - (header.isExtended() ? 5 : 0);
      long unitBytes = 1L << unitBits;
      int units = header.isExtended() ? SUBCLUSTERS : 1;
      int unit = (int) (offset >>> unitBits) & (units - 1);
      long inUnit = offset & (unitBytes - 1);
      Extent first = unit(unit, offset & (header.clusterBytes() - 1));
      if (first.kind() == Extent.Kind.COMPRESSED) {
        return new Extent(first.kind(), first.host(), Math.min(most, first.length()));
      }
      long length = unitBytes - inUnit;
      while (length < most && advance(unit + 1 == units)) {
        unit = unit + 1 == units ? 0 : unit + 1;
        Extent next = unit(unit, unit * unitBytes);
        if (next.kind() != first.kind()
            || (next.kind() == Extent.Kind.DATA && next.host() != first.host() + length)) {
          break;
        }
        length += unitBytes;
      }
      return inFile(new Extent(first.kind(), first.host(), Math.min(most, length)));
    }

    private boolean advance(boolean toNextEntry) {
      entry += toNextEntry ? header.entryBytes() : 0;
      return entry < slice.limit();
    }

    /** What the present entry says of one of its units, from {@code inCluster} on. */
    private Extent unit(int unit, long inCluster) throws IOException {
      long word = slice.getLong(entry);
      if ((word & COMPRESSED) != 0) {
        return new Extent(
            Extent.Kind.COMPRESSED, word & ~COMPRESSED, header.clusterBytes() - inCluster);
      }
      long host = word & OFFSET;
      long known = OFFSET | COPIED | (header.hasZeroFlag() && !header.isExtended() ? ZERO : 0);
      if ((word & ~known) != 0 || (host & (header.clusterBytes() - 1)) != 0) {
        throw corrupt("entry is 0x" + Long.toHexString(word));
      }
      if (header.isExtended() ? !isThere(unit, host) : host == 0 || (word & ZERO) != 0) {
        return new Extent(Extent.Kind.HOLE, 0, 1);
      }
      return new Extent(Extent.Kind.DATA, host + inCluster, 1);
    }

    private boolean isThere(int unit, long host) throws IOException {
      long bitmap = slice.getLong(entry + 8);
      boolean there = ((bitmap >>> unit) & 1) != 0;
      boolean zero = ((bitmap >>> (unit + SUBCLUSTERS)) & 1) != 0;
      if (there && (zero || host == 0)) {
        throw corrupt("subcluster " + unit + " is there and " + (zero ? "zero" : "nowhere"));
      }
      return there;
    }

    private Extent inFile(Extent run) throws IOException {
      if (run.kind() == Extent.Kind.DATA && run.host() > fileSize - run.length()) {
        throw new CorruptInputException(
            label + ": qcow2 data",
            run.host(),
            run.length()
                + " bytes, for 0x"
                + Long.toHexString(offset)
                + " of the disk, end behind the file's end at 0x"
                + Long.toHexString(fileSize)
                + " (is the file truncated?)");
      }
      return run;
    }

    private CorruptInputException corrupt(String what) {
      return new CorruptInputException(
          label + ": qcow2 L2 table",
          slicePosition + entry,
          what + ", for 0x" + Long.toHexString(offset) + " of the disk");
    }
  }
}
