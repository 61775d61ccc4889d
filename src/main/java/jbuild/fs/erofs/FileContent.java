package jbuild.fs.erofs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an inode. Remembers the extent that was read last, as most reads go on from there.
 * Safe for use by several threads.
 */
final class FileContent implements ByteSource {
  /** How far ahead extents are announced at most; what is far away is decoded in vain. */
  private static final long MAX_AHEAD = 64 << 20;

  private static final int ZEROS = 16 << 10;

  private final Volume volume;
  private final FileMap map;
  private final long size;
  private volatile @Nullable Extent last;

  /** What was announced by the calls of willNeed so far, as they usually overlap. */
  private volatile Announced announced = new Announced(0, 0);

  private record Announced(long start, long end) {}

  private FileContent(Volume volume, FileMap map, long size) {
    this.volume = volume;
    this.map = map;
    this.size = size;
  }

  /**
   * The data of {@code inode}.
   *
   * @param device where the data is that is in blocks of the image: {@link Devices#METADATA} for
   *     small pieces
   */
  static FileContent of(Volume volume, StoredInode inode, int device) throws IOException {
    return new FileContent(volume, mapOf(volume, inode, device), inode.size());
  }

  private static FileMap mapOf(Volume volume, StoredInode inode, int device) throws IOException {
    if (inode.size() == 0) {
      return offset -> Extent.hole(0, 0);
    }
    return switch (inode.data()) {
      case InodeLayout.COMPRESSED_FULL, InodeLayout.COMPRESSED_COMPACT ->
          MapHeader.read(volume, inode).mapOf(volume, inode);
      case InodeLayout.CHUNK_BASED -> ChunkMap.of(volume, inode);
      default -> FlatMap.of(volume, inode, device);
    };
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > size - target.remaining()) {
      throw new EOFException("read at " + offset + ": the file ends at " + size);
    }
    long at = offset;
    while (target.hasRemaining()) {
      Extent extent = extent(at);
      int count = (int) Math.min(target.remaining(), extent.end() - at);
      read(extent, at - extent.start(), target.slice(target.position(), count));
      target.position(target.position() + count);
      at += count;
    }
  }

  private void read(Extent extent, long skipped, ByteBuffer target) throws IOException {
    switch (extent.coding()) {
      case HOLE -> {
        byte[] zeros = new byte[Math.min(ZEROS, target.remaining())];
        while (target.hasRemaining()) {
          target.put(zeros, 0, Math.min(zeros.length, target.remaining()));
        }
      }
      case STORED -> volume.devices().read(extent.device(), extent.position() + skipped, target);
      case FRAGMENT -> packed(extent).read(extent.position() + skipped, target);
      default -> target.put(volume.decoder().decoded(extent), (int) skipped, target.remaining());
    }
  }

  private FileContent packed(Extent extent) throws IOException {
    FileContent packed = volume.packed();
    long length = extent.end() - extent.start();
    if (packed == null || extent.position() < 0 || extent.position() > packed.size - length) {
      throw volume.corrupt(
          "fragment",
          Superblock.POSITION,
          "needs "
              + length
              + " bytes at 0x"
              + Long.toHexString(extent.position())
              + " of the packed inode, which has "
              + (packed == null ? 0 : packed.size));
    }
    return packed;
  }

  private Extent extent(long offset) throws IOException {
    Extent known = last;
    if (known != null && known.contains(offset)) {
      return known;
    }
    Extent extent = map.at(offset);
    if (!extent.contains(offset)) {
      throw volume.corrupt(
          "extent",
          Math.max(0, extent.position()),
          "offset " + offset + " is not in " + extent.start() + " to " + extent.end());
    }
    last = extent;
    return extent;
  }

  /** Where the byte at {@code offset}, or the compressed block with it, is in the image. */
  long positionOf(long offset) throws IOException {
    Extent extent = extent(offset);
    long skipped = offset - extent.start();
    return switch (extent.coding()) {
      case HOLE -> 0;
      case STORED -> extent.position() + skipped;
      case FRAGMENT -> packed(extent).positionOf(extent.position() + skipped);
      default -> extent.position();
    };
  }

  @Override
  public void willNeed(long offset, long length) {
    if (offset < 0 || length <= 0 || offset >= size) {
      return;
    }
    Announced before = announced;
    long at = offset >= before.start && offset <= before.end ? before.end : offset;
    long end = offset + Math.min(Math.min(length, MAX_AHEAD), size - offset);
    try {
      while (at < end) {
        Extent extent = map.at(at);
        if (!extent.contains(at) || !announce(extent, at, end)) {
          break;
        }
        at = extent.end();
      }
    } catch (IOException damaged) {
      // whoever reads it gets the error
    }
    announced = new Announced(offset, Math.max(offset, at));
  }

  /** False when there is no room for more. */
  private boolean announce(Extent extent, long from, long to) throws IOException {
    long skipped = from - extent.start();
    long length = Math.min(to, extent.end()) - from;
    switch (extent.coding()) {
      case HOLE -> {}
      case STORED ->
          volume.devices().willNeed(extent.device(), extent.position() + skipped, length);
      case FRAGMENT -> packed(extent).willNeed(extent.position() + skipped, length);
      default -> {
        return volume.decoder().willNeed(extent);
      }
    }
    return true;
  }

  @Override
  public long nextData(long offset) throws IOException {
    long at = Math.min(offset, size);
    while (at < size && extent(at).coding() == Coding.HOLE) {
      at = extent(at).end();
    }
    return at;
  }

  @Override
  public long nextHole(long offset) throws IOException {
    long at = Math.min(offset, size);
    while (at < size && map.mayHaveHoles() && extent(at).coding() != Coding.HOLE) {
      at = extent(at).end();
    }
    return map.mayHaveHoles() ? at : size;
  }
}
