package jbuild.fs.squashfs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import jbuild.io.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file: its data blocks, and behind them its tail, which lies in a fragment when
 * it has one. Safe for use by several threads.
 */
final class FileContent implements ByteSource {
  private final DataBlocks data;
  private final long size;
  private final int blockSize;
  private final BlockList blocks;
  private final @Nullable Fragment fragment;
  private final int fragmentOffset;

  /**
   * @param fragment null when the tail is a block of its own
   */
  FileContent(
      DataBlocks data,
      long size,
      BlockList blocks,
      @Nullable Fragment fragment,
      int fragmentOffset) {
    this.data = data;
    this.size = size;
    this.blockSize = data.blockSize();
    this.blocks = blocks;
    this.fragment = fragment;
    this.fragmentOffset = fragmentOffset;
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
    int end = target.limit();
    for (long at = offset; target.position() < end; ) {
      int block = (int) (at / blockSize);
      int within = (int) (at % blockSize);
      int count = Math.min(end - target.position(), length(block) - within);
      target.limit(target.position() + count);
      readPart(block, within, target);
      target.limit(end);
      at += count;
    }
  }

  private void readPart(int block, int offset, ByteBuffer target) throws IOException {
    if (block == blocks.count()) {
      if (fragment != null) {
        data.readFragment(fragment, fragmentOffset + offset, target);
      }
      return;
    }
    int word = blocks.word(block);
    if (BlockSize.isHole(word)) {
      putZeros(target);
    } else {
      data.read(blocks.position(block), word, length(block), offset, target);
    }
  }

  @Override
  public void willNeed(long offset, long count) {
    if (offset < 0 || offset >= size || count <= 0) {
      return;
    }
    long end = count > size - offset ? size : offset + count;
    try {
      int last = (int) ((end - 1) / blockSize);
      int behind = Math.min(last + 1, blocks.count());
      int block = blocks.next((int) (offset / blockSize), false);
      while (block < behind && data.hasRoom()) {
        data.willNeed(blocks.position(block), blocks.word(block), length(block));
        block = blocks.next(block + 1, false);
      }
      if (last == blocks.count() && fragment != null) {
        data.willNeed(fragment.start(), fragment.size(), blockSize);
      }
    } catch (IOException damaged) {
      // who reads the block is told
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
    if (offset >= size) {
      return size;
    }
    int from = (int) (offset / blockSize);
    int found = blocks.next(from, hole);
    boolean none = found == blocks.count() && (hole || fragment == null);
    return none ? size : Math.max(offset, (long) found * blockSize);
  }

  /** How long a block is when it is decoded. */
  private int length(int block) {
    return (int) Math.min(blockSize, size - (long) block * blockSize);
  }

  private static void putZeros(ByteBuffer target) {
    int count = target.remaining();
    if (target.hasArray()) {
      int from = target.arrayOffset() + target.position();
      Arrays.fill(target.array(), from, from + count, (byte) 0);
      target.position(target.limit());
    } else {
      target.put(new byte[count]);
    }
  }
}
