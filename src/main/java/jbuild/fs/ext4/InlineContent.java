package jbuild.fs.ext4;

import java.io.EOFException;
import java.nio.ByteBuffer;
import jbuild.io.ByteSource;

/**
 * Content that lies in an inode. mke2fs stores files without any data so, however long they are:
 * what is not in the inode is a hole.
 */
final class InlineContent implements ByteSource {
  private final byte[] bytes;
  private final long size;

  /**
   * @param bytes at most {@code size} of them
   */
  InlineContent(byte[] bytes, long size) {
    this.bytes = bytes;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws EOFException {
    if (offset < 0 || offset > size - target.remaining()) {
      throw new EOFException("read at " + offset + ": the file ends at " + size);
    }
    if (offset < bytes.length) {
      int from = (int) offset;
      target.put(bytes, from, Math.min(target.remaining(), bytes.length - from));
    }
    FileContent.zero(target, target.remaining());
  }

  @Override
  public long nextData(long offset) {
    return offset < bytes.length ? offset : size;
  }

  @Override
  public long nextHole(long offset) {
    return Math.min(size, Math.max(offset, bytes.length));
  }
}
