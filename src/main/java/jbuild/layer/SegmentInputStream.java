package jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import jbuild.fs.Segment;

/** The content of a file, holes as zeros, read straight from the devices of its unit. */
final class SegmentInputStream extends InputStream {
  private final UnionUnit unit;
  private final List<Segment> segments;
  private final long size;
  private long position;
  private int next;

  /**
   * @param size of the file
   */
  SegmentInputStream(UnionUnit unit, List<Segment> segments, long size) {
    this.unit = unit;
    this.segments = segments;
    this.size = size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (position == size) {
      return -1;
    }
    while (next < segments.size() && segments.get(next).fileEnd() <= position) {
      next++;
    }
    Segment segment = next < segments.size() ? segments.get(next) : null;
    int count;
    if (segment == null || position < segment.fileOffset()) {
      long end = segment == null ? size : segment.fileOffset();
      count = (int) Math.min(length, end - position);
      Arrays.fill(target, offset, offset + count, (byte) 0);
    } else {
      count = (int) Math.min(length, segment.fileEnd() - position);
      count = readDevice(segment, ByteBuffer.wrap(target, offset, count));
    }
    position += count;
    return count;
  }

  private int readDevice(Segment segment, ByteBuffer target) throws IOException {
    long at = segment.deviceOffset() + (position - segment.fileOffset());
    int count = unit.device(segment.device()).read(target, at);
    if (count <= 0) {
      // Trap T5: nothing else tells when a tar was cut after it was indexed.
      throw new LayerException(
          "read layer: "
              + unit.devicePath(segment.device())
              + ": ends at "
              + at
              + ", the index says it is longer (it is damaged: pull or build it again)");
    }
    return count;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, size - position);
  }
}
