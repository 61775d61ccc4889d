package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SortedMap;
import jbuild.io.ByteSource;

/**
 * An image as it will be when its journal is replayed: blocks of which the journal has a newer copy
 * are read from there, all others from their place.
 */
final class RecoveredImage implements ByteSource {
  /** A block's newest copy: where it is, in bytes, and whether its first four bytes are escaped. */
  record Copy(long position, boolean isEscaped) {}

  private final ByteSource image;
  private final int blockBits;
  private final long[] blocks;
  private final Copy[] copies;

  /**
   * @param newest by the number of the block
   */
  RecoveredImage(ByteSource image, int blockBits, SortedMap<Long, Copy> newest) {
    this.image = image;
    this.blockBits = blockBits;
    this.blocks = newest.keySet().stream().mapToLong(Long::longValue).toArray();
    this.copies = newest.values().toArray(Copy[]::new);
  }

  @Override
  public long size() throws IOException {
    return image.size();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    int limit = target.limit();
    long at = offset;
    int next = Arrays.binarySearch(blocks, offset >> blockBits);
    next = next < 0 ? -next - 1 : next;
    while (target.position() < limit) {
      long start = next < blocks.length ? blocks[next] << blockBits : Long.MAX_VALUE;
      boolean isCopy = start <= at;
      long end = isCopy ? start + (1L << blockBits) : start;
      int length = (int) Math.min(limit - target.position(), end - at);
      target.limit(target.position() + length);
      if (isCopy) {
        read(copies[next], (int) (at - start), target);
        next++;
      } else {
        image.read(at, target);
      }
      target.limit(limit);
      at += length;
    }
  }

  private void read(Copy copy, int from, ByteBuffer target) throws IOException {
    int start = target.position();
    image.read(copy.position + from, target);
    if (copy.isEscaped) {
      ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.BIG_ENDIAN);
      magic.putInt(0, JournalSuperblock.MAGIC);
      for (int i = from; i < Integer.BYTES && start + i - from < target.position(); i++) {
        target.put(start + i - from, magic.get(i));
      }
    }
  }

  @Override
  public void willNeed(long offset, long length) {
    image.willNeed(offset, length);
  }
}
