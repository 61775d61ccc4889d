package jbuild.fs.cpio;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/** Reads a stream forwards and knows where it is. Not thread-safe. */
final class ForwardInput implements Closeable {
  private static final int BUFFER = 32 << 10;
  private static final byte[] ZEROS = new byte[BUFFER];

  private final String label;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int next;
  private int limit;

  /** Position in the stream of what comes behind the buffer. */
  private long taken;

  /**
   * @param label names the stream in errors
   * @param start position of its first byte
   */
  ForwardInput(String label, InputStream in, long start) {
    this.label = label;
    this.in = in;
    this.taken = start;
  }

  String label() {
    return label;
  }

  long position() {
    return taken - (limit - next);
  }

  /** Goes on to the next byte that is not zero; false when the stream ends before one. */
  boolean skipZeros() throws IOException {
    while (next < limit || fill()) {
      int zeros = Arrays.mismatch(buffer, next, limit, ZEROS, 0, limit - next);
      next = zeros < 0 ? limit : next + zeros;
      if (next < limit) {
        return true;
      }
    }
    return false;
  }

  /** The next {@code length} bytes, which are not taken; fewer at the stream's end. */
  byte[] peek(int length) throws IOException {
    while (limit - next < length) {
      System.arraycopy(buffer, next, buffer, 0, limit - next);
      limit -= next;
      next = 0;
      int count = in.read(buffer, limit, BUFFER - limit);
      if (count <= 0) {
        break;
      }
      limit += count;
      taken += count;
    }
    return Arrays.copyOfRange(buffer, next, next + Math.min(length, limit - next));
  }

  /** A reader of the next {@code length} bytes, the structure {@code part}. */
  ByteReader read(String part, int length) throws IOException {
    long start = position();
    byte[] bytes = new byte[length];
    readFully(part, bytes, 0, length);
    return ByteReader.of(label + ": " + part, ByteBuffer.wrap(bytes), start);
  }

  void readFully(String part, byte[] target, int offset, int length) throws IOException {
    long start = position();
    int done = Math.min(length, limit - next);
    System.arraycopy(buffer, next, target, offset, done);
    next += done;
    while (done < length) {
      int count = in.read(target, offset + done, length - done);
      if (count <= 0) {
        throw endsIn(part, start);
      }
      done += count;
      taken += count;
    }
  }

  void skip(String part, long length) throws IOException {
    long start = position();
    long left = length;
    while (left > 0) {
      if (next == limit) {
        long skipped = in.skip(left);
        taken += skipped;
        left -= skipped;
        if (left > 0 && !fill()) {
          throw endsIn(part, start);
        }
      }
      int count = (int) Math.min(left, limit - next);
      next += count;
      left -= count;
    }
  }

  /** An error at the next byte. */
  CorruptInputException corrupt(String part, String what) {
    return new CorruptInputException(label + ": " + part, position(), what);
  }

  private CorruptInputException endsIn(String part, long start) {
    return new CorruptInputException(
        label + ": " + part, start, "the input ends in it (is the file truncated?)");
  }

  private boolean fill() throws IOException {
    next = 0;
    limit = 0;
    int count = in.read(buffer, 0, BUFFER);
    if (count <= 0) {
      return false;
    }
    limit = count;
    taken += count;
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
