package jbuild.fs.erofs;

import static jbuild.fs.erofs.ErofsWriter.BLOCK;
import static jbuild.fs.erofs.ErofsWriter.BLOCK_BITS;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.fs.Segment;
import jbuild.io.ByteReader;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a file lie: one {@code struct erofs_inode_chunk_index} of 8 bytes for each
 * chunk, at the next multiple of 8 behind the extended attributes. All chunks of a file have one
 * size, a power of two from 512 bytes to 1 TiB, and a file without holes is one chunk as large as
 * it needs. The last chunk of a file may reach behind its end.
 *
 * <pre>
 *  0 u16 advise     0, 0xffff for a hole
 *  2 u16 device_id  from 1; 0 for a hole
 *  4 u32 blkaddr    first block on the device, 0xffffffff for a hole
 * </pre>
 */
final class ChunkTable {
  static final int ENTRY_BYTES = 8;

  /** EROFS_CHUNK_FORMAT_INDEXES, or-ed with log2(blocks a chunk), makes the inode's union. */
  private static final int FORMAT_INDEXES = 0x20;

  private static final int FORMAT_BITS_MASK = 0x1f;
  private static final int MAX_CHUNK_BITS = BLOCK_BITS + 31;

  /** 32 MiB of table for one file, enough for 2 GiB with holes in single blocks. */
  private static final long MAX_CHUNKS = 1 << 22;

  /**
   * What any file may have: a table of 64 KiB. Beyond it the table grows with the data, or a tar of
   * a few headers, each with a hole of 2 GiB, would have an index that fills the disk.
   */
  private static final long FREE_CHUNKS = 1 << 13;

  private static final long BYTES_A_CHUNK = 64;

  private static final int HOLE = -1;

  private final int chunkBits;
  private final long count;
  private final List<Segment> segments;

  private ChunkTable(int chunkBits, long count, List<Segment> segments) {
    this.chunkBits = chunkBits;
    this.count = count;
    this.segments = segments;
  }

  /** The table of a regular file; it has no entries when the file has no bytes. */
  static ChunkTable of(ErofsInode file) throws IOException {
    long size = file.size();
    List<Segment> segments = file.segments();
    requireOrder(segments, size);
    int bits = chunkBits(segments, size);
    if (bits < BLOCK_BITS) {
      throw new ErofsLimitException("write index: file data off the block boundaries");
    }
    long count = count(size, bits);
    long most = mostChunks(segments);
    if (count > most) {
      throw new ErofsLimitException(
          "write index: sparse file needs " + count + " chunks, at most " + most + " are written");
    }
    return new ChunkTable(bits, count, segments);
  }

  static boolean canMap(ErofsInode file) {
    List<Segment> segments = file.segments();
    int bits = chunkBits(segments, file.size());
    return bits >= BLOCK_BITS && count(file.size(), bits) <= mostChunks(segments);
  }

  /** log2 of the smallest chunk with which the table of this file is not too long. */
  static int smallestChunkBits(ErofsInode file) {
    long most = mostChunks(file.segments());
    int bits = BLOCK_BITS;
    while (count(file.size(), bits) > most) {
      bits++;
    }
    return bits;
  }

  private static long mostChunks(List<Segment> segments) {
    long data = 0;
    for (Segment segment : segments) {
      data += segment.length();
    }
    return Math.min(MAX_CHUNKS, FREE_CHUNKS + data / BYTES_A_CHUNK);
  }

  private static long count(long size, int bits) {
    return size == 0 ? 0 : ((size - 1) >> bits) + 1;
  }

  private static void requireOrder(List<Segment> segments, long size) {
    long end = 0;
    for (Segment segment : segments) {
      if (segment.fileOffset() < end || segment.fileEnd() > size) {
        throw new IllegalArgumentException("segment out of place: " + segment);
      }
      end = segment.fileEnd();
    }
  }

  /** log2 of the largest chunk that fits all segments; below BLOCK_BITS none does. */
  private static int chunkBits(List<Segment> segments, long size) {
    int bits = Math.min(MAX_CHUNK_BITS, Math.max(BLOCK_BITS, bitsFor(size)));
    for (Segment segment : segments) {
      bits = Math.min(bits, alignmentOf(segment, size));
      if (segment.deviceOffset() % BLOCK != 0) {
        return 0;
      }
    }
    return bits;
  }

  private static int bitsFor(long size) {
    return size <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(size - 1);
  }

  /** The largest chunk, as a power of two, on whose boundaries the segment begins and ends. */
  private static int alignmentOf(Segment segment, long fileSize) {
    int begin = Long.numberOfTrailingZeros(segment.fileOffset());
    return segment.fileEnd() == fileSize
        ? begin
        : Math.min(begin, Long.numberOfTrailingZeros(segment.length()));
  }

  int bytes() {
    return (int) count * ENTRY_BYTES;
  }

  /** The value of the inode's union. */
  int format() {
    return FORMAT_INDEXES | (chunkBits - BLOCK_BITS);
  }

  void write(ImageOutput out) throws IOException {
    if (count == 0) {
      return;
    }
    out.padTo(ImageLayout.align(out.position(), ENTRY_BYTES));
    long chunk = 0;
    for (Segment segment : segments) {
      holes(out, (segment.fileOffset() >> chunkBits) - chunk);
      chunk = segment.fileOffset() >> chunkBits;
      for (long at = 0; at < segment.length(); at += 1L << chunkBits) {
        out.u16(0);
        out.u16(segment.device() + 1);
        out.u32((int) ((segment.deviceOffset() + at) / BLOCK));
        chunk++;
      }
    }
    holes(out, count - chunk);
  }

  private static void holes(ImageOutput out, long count) throws IOException {
    for (long i = 0; i < count; i++) {
      out.u16(HOLE);
      out.u16(0);
      out.u32(HOLE);
    }
  }

  /** How many bytes the table of an inode read from an image has, holes included. */
  static int bytesOf(StoredInode inode, ByteReader where) throws IOException {
    if (inode.fileType() != FileType.REGULAR || inode.size() == 0) {
      return 0;
    }
    int bits = chunkBits(inode, where);
    long count = count(inode.size(), bits);
    if (count > MAX_CHUNKS) {
      throw where.corrupt("file of " + inode.size() + " bytes in chunks of 2^" + bits);
    }
    return (int) count * ENTRY_BYTES;
  }

  private static int chunkBits(StoredInode inode, ByteReader where) throws IOException {
    int format = inode.union();
    if ((format & ~FORMAT_BITS_MASK) != FORMAT_INDEXES) {
      throw where.corrupt("chunk format is 0x" + Integer.toHexString(format));
    }
    return BLOCK_BITS + (format & FORMAT_BITS_MASK);
  }

  /** Reads a whole table; runs that touch in the file and on the device become one segment. */
  static List<Segment> read(StoredInode inode, ByteReader table, List<ErofsDevice> devices)
      throws IOException {
    if (table.remaining() == 0) {
      return List.of();
    }
    int bits = chunkBits(inode, table);
    List<Segment> segments = new ArrayList<>();
    Segment run = null;
    for (long offset = 0; table.remaining() > 0; offset += 1L << bits) {
      table.skip("advise", 2);
      int device = table.u16("device_id");
      int block = table.s32("blkaddr");
      if (block == HOLE) {
        continue;
      }
      long length = Math.min(1L << bits, inode.size() - offset);
      long start = Integer.toUnsignedLong(block) * BLOCK;
      if (device < 1 || device > devices.size()) {
        throw table.corrupt("device_id is " + device + " of " + devices.size());
      }
      if (start + length > devices.get(device - 1).blocks() * BLOCK) {
        throw table.corrupt("chunk lies behind the end of device " + device);
      }
      Segment next = new Segment(offset, length, device - 1, start);
      run = append(segments, run, next);
    }
    return segments;
  }

  private static Segment append(List<Segment> segments, @Nullable Segment run, Segment next) {
    if (run != null
        && run.device() == next.device()
        && run.fileEnd() == next.fileOffset()
        && run.deviceOffset() + run.length() == next.deviceOffset()) {
      Segment longer =
          new Segment(
              run.fileOffset(), run.length() + next.length(), run.device(), run.deviceOffset());
      segments.set(segments.size() - 1, longer);
      return longer;
    }
    segments.add(next);
    return next;
  }
}
