package jbuild.fs.cpio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import jbuild.io.ByteSource;

/** A part of a source as a stream whose skipping costs nothing. Not thread-safe. */
final class SourceInputStream extends InputStream {
  /** How far ahead of what is read the source is told. */
  private static final int AHEAD = 4 << 20;

  private final ByteSource source;
  private final long end;
  private long position;
  private long announced;

  SourceInputStream(ByteSource source, long start, long end) {
    this.source = source;
    this.end = end;
    this.position = start;
    this.announced = start;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = (int) Math.min(length, end - position);
    if (count <= 0) {
      return length == 0 ? 0 : -1;
    }
    announce();
    source.read(position, ByteBuffer.wrap(target, offset, count));
    position += count;
    return count;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, end - position));
    position += skipped;
    return skipped;
  }

  private void announce() {
    if (position + AHEAD / 2 > announced && announced < end) {
      announced = Math.max(announced, position);
      long length = Math.min(AHEAD, end - announced);
      source.willNeed(announced, length);
      announced += length;
    }
  }
}
