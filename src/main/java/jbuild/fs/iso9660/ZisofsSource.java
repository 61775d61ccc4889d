package jbuild.fs.iso9660;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/** The unpacked bytes of a zisofs file. Blocks are decoded in the shared cache. */
final class ZisofsSource implements ByteSource {
  /** So many pointers are read at once: those to 16 MiB or more of a file. */
  private static final int POINTERS_A_PIECE = 512;

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(8 << 10).asReadOnlyBuffer();

  /** Where blocks begin from {@code first} on; {@code starts} has one more, the end. */
  private static final class Pointers {
    final long first;
    final long[] starts;

    Pointers(long first, long[] starts) {
      this.first = first;
      this.starts = starts;
    }

    boolean holds(long block) {
      return block >= first && block - first < starts.length - 1;
    }
  }

  private final IsoVolume volume;
  private final String label;
  private final ByteSource packed;
  private final long position;
  private final ZisofsHeader header;
  private final long dataStart;
  private volatile @Nullable Pointers known;

  private ZisofsSource(IsoVolume volume, ByteSource packed, long position, ZisofsHeader header) {
    this.volume = volume;
    this.label = volume.label() + ": zisofs";
    this.packed = packed;
    this.position = position;
    this.header = header;
    this.dataStart = header.headerBytes() + (header.blocks() + 1) * header.pointerBytes();
  }

  /**
   * @param packed the file as it is recorded
   * @param position where that begins in the image
   */
  static ZisofsSource of(IsoVolume volume, ByteSource packed, long position, ZisofsEntry entry)
      throws IOException {
    String label = volume.label() + ": zisofs";
    if (packed.size() < ZisofsHeader.LEAST_BYTES) {
      throw new CorruptInputException(label, position, "is too short for a header");
    }
    int headerBytes = (int) Math.min(packed.size(), ZisofsHeader.MOST_BYTES);
    ZisofsHeader header = ZisofsHeader.read(reader(label, packed, position, 0, headerBytes));
    boolean same =
        header.size() == entry.size()
            && header.headerBytes() == entry.headerBytes()
            && header.blockBits() == entry.blockBits();
    if (!same) {
      throw new CorruptInputException(label, position, "header is not what ZF says");
    }
    ZisofsSource source = new ZisofsSource(volume, packed, position, header);
    if (source.dataStart > packed.size()) {
      throw new CorruptInputException(
          label, position, "has pointers to " + header.blocks() + " blocks, and ends before them");
    }
    return source;
  }

  /** A reader of {@code length} bytes at {@code at} of the file, which must be there. */
  private static ByteReader reader(
      String label, ByteSource packed, long position, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    packed.read(at, bytes);
    return ByteReader.of(label, bytes.flip(), position + at);
  }

  @Override
  public long size() {
    return header.size();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > size() - target.remaining()) {
      throw new EOFException("read at " + offset + ": the file ends at " + size());
    }
    long at = offset;
    while (target.hasRemaining()) {
      long block = at >> header.blockBits();
      int within = (int) (at & (header.blockBytes() - 1));
      int count = Math.min(target.remaining(), bytesOf(block) - within);
      long start = start(block);
      long end = start(block + 1);
      if (start == end) {
        putZeros(target, count);
      } else {
        target.put(block(block, start, end), within, count);
      }
      at += count;
    }
  }

  @Override
  public void willNeed(long offset, long length) {
    if (offset < 0 || offset >= size() || length < 1) {
      return;
    }
    long last = (offset + Math.min(length, size() - offset) - 1) >> header.blockBits();
    try {
      for (long block = offset >> header.blockBits(); block <= last; block++) {
        if (!volume.cache().hasRoom(bytesOf(block))) {
          return;
        }
        announce(block, start(block), start(block + 1));
      }
    } catch (IOException later) {
      // whoever reads the block will be told
    }
  }

  private void announce(long block, long start, long end) {
    if (start < end) {
      packed.willNeed(start, end - start);
      volume
          .cache()
          .willNeed(
              volume, position + start, bytesOf(block), () -> decode(start, end, bytesOf(block)));
    }
  }

  @Override
  public long nextData(long offset) throws IOException {
    return next(offset, false);
  }

  @Override
  public long nextHole(long offset) throws IOException {
    return next(offset, true);
  }

  /** The first position from {@code offset} on in a block that is a hole, or that is none. */
  private long next(long offset, boolean hole) throws IOException {
    long blocks = header.blocks();
    long block = offset >> header.blockBits();
    while (block < blocks && start(block) == start(block + 1) != hole) {
      block++;
    }
    return Math.min(size(), Math.max(offset, block << header.blockBits()));
  }

  /** How many bytes a block has when it is unpacked. */
  private int bytesOf(long block) {
    return (int) Math.min(header.blockBytes(), size() - (block << header.blockBits()));
  }

  private byte[] block(long block, long start, long end) throws IOException {
    int bytes = bytesOf(block);
    byte[] unpacked =
        volume.cache().get(volume, position + start, bytes, () -> decode(start, end, bytes));
    if (unpacked.length != bytes) {
      // It was decoded for another file, and no two may share a block unless they are the same.
      throw new CorruptInputException(label, position + start, "block is of another file too");
    }
    return unpacked;
  }

  private byte[] decode(long start, long end, int bytes) throws IOException {
    int length = (int) (end - start);
    byte[] input = new byte[length];
    packed.read(start, ByteBuffer.wrap(input));
    byte[] output = new byte[bytes];
    int count = volume.zlib().decode(label, position + start, input, 0, length, output);
    if (count != bytes) {
      throw new CorruptInputException(
          label, position + start, "block has " + count + " bytes, not " + bytes);
    }
    return output;
  }

  /** Where a block begins in the packed file, or where the last one ends. */
  private long start(long block) throws IOException {
    Pointers pointers = known;
    if (pointers == null || !pointers.holds(Math.min(block, header.blocks() - 1))) {
      pointers = load(block);
      known = pointers;
    }
    return pointers.starts[(int) (block - pointers.first)];
  }

  private Pointers load(long block) throws IOException {
    long first = block - block % POINTERS_A_PIECE;
    int count = (int) Math.min(POINTERS_A_PIECE, header.blocks() - first) + 1;
    long at = header.headerBytes() + first * header.pointerBytes();
    ByteReader r = reader(label, packed, position, at, count * header.pointerBytes());
    long[] starts = new long[count];
    long least = dataStart;
    for (int i = 0; i < count; i++) {
      starts[i] = header.pointerBytes() == Integer.BYTES ? r.u32("pointer") : r.s64("pointer");
      // Incompressible blocks are a little longer than what is in them.
      boolean valid =
          starts[i] >= least
              && starts[i] <= packed.size()
              && (i == 0 || starts[i] - starts[i - 1] <= 2L * header.blockBytes());
      if (!valid) {
        throw r.corrupt("pointer to block " + (first + i) + " is " + starts[i]);
      }
      least = starts[i];
    }
    return new Pointers(first, starts);
  }

  private static void putZeros(ByteBuffer target, int count) {
    int end = target.position() + count;
    while (target.position() < end) {
      int piece = Math.min(ZEROS.limit(), end - target.position());
      target.put(target.position(), ZEROS, 0, piece);
      target.position(target.position() + piece);
    }
  }
}
