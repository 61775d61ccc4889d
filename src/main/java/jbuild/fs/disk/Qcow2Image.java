package jbuild.fs.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.BlockCache;
import jbuild.io.BlockDecoder;
import jbuild.io.BlockDecoders;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import jbuild.io.ZstdFrames;

/**
 * The disk in a qcow2 image, versions 2 and 3, in its active state: snapshots are let be.
 * Compressed clusters are decoded through the cache, everything else is read from where it lies.
 * What is damaged is a {@link jbuild.io.CorruptInputException} when it is met. Safe for use by
 * several threads; whoever opened the file closes it.
 */
public final class Qcow2Image implements ByteSource {
  private static final byte[] ZEROS = new byte[64 << 10];

  /** How far {@link #willNeed} looks: the cache takes no more at a time in any case. */
  private static final long MAX_AHEAD = 32 << 20;

  private final String label;
  private final ByteSource file;
  private final Qcow2Header header;
  private final ClusterMap map;
  private final BlockCache cache;
  private final BlockDecoder decoder;

  private Qcow2Image(String label, ByteSource file, Qcow2Header header, BlockCache cache)
      throws IOException {
    this.label = label;
    this.file = file;
    this.header = header;
    this.map = ClusterMap.read(label, file, header, cache);
    this.cache = cache;
    this.decoder = header.isZstd() ? zstdInSectors() : BlockDecoders.deflate();
  }

  /** Whether the file begins as qcow images of any version do. */
  public static boolean matches(ByteSource file) throws IOException {
    return file.size() >= 4
        && ByteReader.of("qcow2 header", file, 0, 4).bigEndian().s32("magic") == Qcow2Header.MAGIC;
  }

  /**
   * Reads header and L1 table.
   *
   * @param label names the image in errors
   */
  public static Qcow2Image open(String label, ByteSource file, BlockCache cache)
      throws IOException {
    return new Qcow2Image(label, file, Qcow2Header.read(label, file), cache);
  }

  @Override
  public long size() {
    return header.size();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > size() - target.remaining()) {
      throw new EOFException("read at " + offset + ": the disk ends at " + size());
    }
    long at = offset;
    while (target.hasRemaining()) {
      Extent extent = map.extent(at, target.remaining());
      int count = (int) extent.length();
      switch (extent.kind()) {
        case HOLE -> zeros(target, count);
        case DATA -> data(extent.host(), target, count);
        case COMPRESSED -> target.put(cluster(at, extent.host()), inCluster(at), count);
      }
      at += count;
    }
  }

  @Override
  public void willNeed(long offset, long length) {
    try {
      long end = Math.min(size(), offset + Math.min(length, MAX_AHEAD));
      long at = offset;
      while (at >= 0 && at < end && announce(at, end - at)) {
        at += map.extent(at, end - at).length();
      }
    } catch (IOException e) {
      // Whoever reads there will be told.
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

  private long next(long offset, boolean hole) throws IOException {
    long at = Math.max(0, offset);
    while (at < size()) {
      Extent extent = map.extent(at, Long.MAX_VALUE);
      if ((extent.kind() == Extent.Kind.HOLE) == hole) {
        return at;
      }
      at += extent.length();
    }
    return size();
  }

  /** Has the run at {@code at} read or decoded; false when the cache takes no more. */
  private boolean announce(long at, long most) throws IOException {
    Extent extent = map.extent(at, most);
    switch (extent.kind()) {
      case HOLE -> {}
      case DATA -> file.willNeed(extent.host(), extent.length());
      case COMPRESSED -> {
        if (!cache.hasRoom(header.clusterBytes())) {
          return false;
        }
        CompressedCluster data = compressed(extent.host());
        file.willNeed(data.position(), data.length());
        cache.willNeed(this, number(at), header.clusterBytes(), () -> decode(data));
      }
    }
    return true;
  }

  private byte[] cluster(long at, long descriptor) throws IOException {
    CompressedCluster data = compressed(descriptor);
    return cache.get(this, number(at), header.clusterBytes(), () -> decode(data));
  }

  private byte[] decode(CompressedCluster data) throws IOException {
    return data.decode(label, file, decoder, header.clusterBytes());
  }

  private CompressedCluster compressed(long descriptor) throws IOException {
    return CompressedCluster.of(label, descriptor, header.clusterBits(), file.size());
  }

  private long number(long offset) {
    return offset >>> header.clusterBits();
  }

  private int inCluster(long offset) {
    return (int) offset & (header.clusterBytes() - 1);
  }

  private void data(long position, ByteBuffer target, int count) throws IOException {
    int limit = target.limit();
    target.limit(target.position() + count);
    try {
      file.read(position, target);
    } finally {
      target.limit(limit);
    }
  }

  private static void zeros(ByteBuffer target, int count) {
    for (int left = count; left > 0; left -= Math.min(left, ZEROS.length)) {
      target.put(ZEROS, 0, Math.min(left, ZEROS.length));
    }
  }

  /** The decoder takes what follows a frame in its last sector for a further one. */
  private static BlockDecoder zstdInSectors() {
    BlockDecoder zstd = BlockDecoders.zstd();
    return (label, position, input, offset, length, output) -> {
      int frame = frame(label, position, ByteBuffer.wrap(input, offset, length));
      return zstd.decode(label, position, input, offset, frame, output);
    };
  }

  private static int frame(String label, long position, ByteBuffer input) throws IOException {
    try {
      return (int) ZstdFrames.end(label, ByteSource.of(input), 0);
    } catch (CorruptInputException e) {
      throw new CorruptInputException(e.label(), position + e.offset(), e.what(), e);
    }
  }
}
