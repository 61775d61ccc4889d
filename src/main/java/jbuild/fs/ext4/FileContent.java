package jbuild.fs.ext4;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an inode, read from the image straight into the target. Keeps what it learned last
 * about the blocks. Safe for use by several threads.
 */
final class FileContent implements ByteSource {
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();

  /** How many runs one announcement may have; who reads on announces again. */
  private static final int MAX_ANNOUNCED = 256;

  private final Volume volume;
  private final String part;
  private final BlockMapping mapping;
  private final long size;
  private volatile @Nullable BlockRange last;

  FileContent(Volume volume, long inode, BlockMapping mapping, long size) {
    this.volume = volume;
    this.part = "inode " + inode;
    this.mapping = mapping;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  private BlockRange rangeAt(long block) throws IOException {
    BlockRange range = last;
    if (range == null || !range.holds(block)) {
      range =
          block < BlockMapping.MAX_BLOCKS
              ? mapping.rangeAt(block)
              : BlockRange.hole(BlockMapping.MAX_BLOCKS, Long.MAX_VALUE >> volume.blockBits());
      last = range;
    }
    return range;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > size - target.remaining()) {
      throw new EOFException("read at " + offset + ": the file ends at " + size);
    }
    int limit = target.limit();
    long at = offset;
    while (target.position() < limit) {
      long block = at >> volume.blockBits();
      BlockRange range = rangeAt(block);
      int run = range.find(block);
      boolean isData = run < range.count() && range.begin(run) <= block;
      int length = (int) Math.min(limit - target.position(), bytes(end(range, run, isData)) - at);
      if (isData) {
        target.limit(target.position() + length);
        volume.read(part, bytes(range.target(run)) + at - bytes(range.begin(run)), target);
        target.limit(limit);
      } else {
        zero(target, length);
      }
      at += length;
    }
  }

  /** Where the data of {@code run} ends, or the hole before it. */
  private static long end(BlockRange range, int run, boolean isData) {
    if (isData) {
      return range.end(run);
    }
    return run < range.count() ? range.begin(run) : range.end();
  }

  private long bytes(long blocks) {
    return blocks << volume.blockBits();
  }

  static void zero(ByteBuffer target, int length) {
    for (int left = length; left > 0; ) {
      int count = Math.min(left, ZEROS.capacity());
      target.put(target.position(), ZEROS, 0, count);
      target.position(target.position() + count);
      left -= count;
    }
  }

  @Override
  public void willNeed(long offset, long length) {
    if (offset < 0 || offset >= size || length <= 0) {
      return;
    }
    long end = offset + Math.min(length, size - offset);
    try {
      long at = offset;
      for (int announced = 0; at < end && announced < MAX_ANNOUNCED; announced++) {
        long block = at >> volume.blockBits();
        BlockRange range = rangeAt(block);
        int run = range.find(block);
        boolean isData = run < range.count() && range.begin(run) <= block;
        long next = Math.min(end, bytes(end(range, run, isData)));
        if (isData) {
          long position = bytes(range.target(run)) + at - bytes(range.begin(run));
          volume.source().willNeed(position, next - at);
        }
        at = next;
      }
    } catch (IOException damaged) {
      // whoever reads the bytes will be told
    }
  }

  @Override
  public long nextData(long offset) throws IOException {
    long at = offset;
    while (at < size) {
      long block = at >> volume.blockBits();
      BlockRange range = rangeAt(block);
      int run = range.find(block);
      if (run < range.count()) {
        return Math.min(size, Math.max(at, bytes(range.begin(run))));
      }
      at = bytes(range.end());
    }
    return size;
  }

  @Override
  public long nextHole(long offset) throws IOException {
    long at = offset;
    while (at < size) {
      long block = at >> volume.blockBits();
      BlockRange range = rangeAt(block);
      int run = range.find(block);
      if (run == range.count() || range.begin(run) > block) {
        return at;
      }
      at = bytes(range.end(run));
    }
    return size;
  }

  /** Where the first byte that is not in a hole lies in the image; 0 when all are. */
  long firstPosition() throws IOException {
    long at = nextData(0);
    return at == size ? 0 : positionOf(at);
  }

  /** Where a byte lies in the image, negative when it is in a hole. */
  long positionOf(long offset) throws IOException {
    long block = offset >> volume.blockBits();
    BlockRange range = rangeAt(block);
    int run = range.find(block);
    return run == range.count() || range.begin(run) > block
        ? -1
        : bytes(range.target(run)) + offset - bytes(range.begin(run));
  }

  /**
   * Refuses a file that is larger than the image though it has hardly any holes: its blocks, or
   * those that map them, would lie in the image several times, and to read it might take years.
   */
  FileContent requirePlausible(InodeRecord inode) throws IOException {
    long left = volume.superblock().blocks();
    long end = size <= volume.bytes() ? 0 : Math.min(size, bytes(BlockMapping.MAX_BLOCKS));
    for (long at = 0; at < end; ) {
      BlockRange range = rangeAt(at >> volume.blockBits());
      left--;
      for (int run = 0; run < range.count() && left >= 0; run++) {
        left -= range.end(run) - range.begin(run);
      }
      if (left < 0) {
        throw inode.corrupt(volume, "maps more blocks than the image has");
      }
      at = bytes(range.end());
    }
    return this;
  }
}
