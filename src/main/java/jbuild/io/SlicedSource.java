package jbuild.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A part of another source. */
final class SlicedSource implements ByteSource {
  private final ByteSource whole;
  private final long start;
  private final long length;

  SlicedSource(ByteSource whole, long start, long length) throws IOException {
    if (start < 0 || length < 0 || start > whole.size() - length) {
      throw new EOFException(
          "slice " + start + "+" + length + ": the source ends at " + whole.size());
    }
    this.whole = whole;
    this.start = start;
    this.length = length;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > length - target.remaining()) {
      throw new EOFException("read at " + offset + ": the slice ends at " + length);
    }
    whole.read(start + offset, target);
  }

  @Override
  public void willNeed(long offset, long count) {
    if (offset >= 0 && offset < length) {
      whole.willNeed(start + offset, Math.min(count, length - offset));
    }
  }

  @Override
  public long nextData(long offset) throws IOException {
    return Math.min(length, whole.nextData(start + Math.min(offset, length)) - start);
  }

  @Override
  public long nextHole(long offset) throws IOException {
    return Math.min(length, whole.nextHole(start + Math.min(offset, length)) - start);
  }
}
