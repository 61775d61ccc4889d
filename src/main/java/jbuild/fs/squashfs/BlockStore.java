package jbuild.fs.squashfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import jbuild.io.BlockCache;
import jbuild.io.BlockDecoder;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * The image's bytes, its decoder, and the cache for what is decoded. Safe for use by several
 * threads: compressed bytes go through buffers that are lent to one reader at a time, as many as
 * there are readers at once.
 */
final class BlockStore {
  private final ByteSource image;
  private final long size;
  private final BlockDecoder decoder;
  private final BlockCache cache;
  private final int bufferBytes;
  private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();

  /**
   * @param size of the image, without padding
   * @param bufferBytes what {@link #withBytes} is asked for at most
   */
  BlockStore(ByteSource image, long size, BlockDecoder decoder, BlockCache cache, int bufferBytes) {
    this.image = image;
    this.size = size;
    this.decoder = decoder;
    this.cache = cache;
    this.bufferBytes = bufferBytes;
  }

  /** Makes a block of bytes that were read. */
  @FunctionalInterface
  interface Making<T> {
    T make(byte[] bytes) throws IOException;
  }

  ByteSource image() {
    return image;
  }

  /** Where the image ends. */
  long size() {
    return size;
  }

  BlockDecoder decoder() {
    return decoder;
  }

  BlockCache cache() {
    return cache;
  }

  /** Reads bytes into the start of a buffer that {@code making} must not keep. */
  <T> T withBytes(String label, long position, int length, Making<T> making) throws IOException {
    requireInside(label, position, length);
    byte[] known = idle.poll();
    byte[] buffer = known != null ? known : new byte[bufferBytes];
    try {
      image.read(position, ByteBuffer.wrap(buffer, 0, length));
      return making.make(buffer);
    } finally {
      idle.add(buffer);
    }
  }

  void requireInside(String label, long position, long length) throws CorruptInputException {
    if (position < Superblock.BYTES || length < 0 || position > size - length) {
      throw new CorruptInputException(
          label,
          position,
          length + " bytes do not lie in the image, which ends at 0x" + Long.toHexString(size));
    }
  }
}
