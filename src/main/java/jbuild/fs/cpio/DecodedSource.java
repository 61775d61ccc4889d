package jbuild.fs.cpio;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * What a compressed stream decodes to. Such streams can only be decoded forwards: all readers share
 * one decoder, which starts again when one of them goes back. Reading everything in order decodes
 * it once, after which the decoder is given back. Safe for use by several threads.
 */
final class DecodedSource implements ByteSource {
  private static final int PIECE = 64 << 10;

  private final String label;
  private final ByteSource source;
  private final StreamFormat format;
  private final long start;

  // All below: guarded by "this".
  private long end;
  private long size = Long.MAX_VALUE;
  private long contentEnd = Long.MAX_VALUE;
  private @Nullable ForwardInput input;

  /**
   * @param start where the stream begins in {@code source}
   * @param end behind its last byte
   */
  DecodedSource(String label, ByteSource source, StreamFormat format, long start, long end) {
    this.label = label;
    this.source = source;
    this.format = format;
    this.start = start;
    this.end = end;
  }

  /** Decodes from the start, for whoever wants to read all of it. */
  synchronized ForwardInput open() throws IOException {
    String part = label + ": " + format + " stream at 0x" + Long.toHexString(start);
    return new ForwardInput(part, format.open(label, source, start, end), 0);
  }

  /**
   * Says what is known when all was read once.
   *
   * @param end behind the stream's last byte in the source
   * @param size how many bytes it decodes to
   * @param contentEnd behind the last byte that anybody will ask for
   */
  synchronized void setBounds(long end, long size, long contentEnd) {
    this.end = end;
    this.size = size;
    this.contentEnd = contentEnd;
  }

  @Override
  public synchronized long size() {
    return size;
  }

  @Override
  public synchronized void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > size - target.remaining()) {
      throw new EOFException("read at " + offset + ": the stream ends at " + size);
    }
    boolean more = false;
    try {
      ForwardInput forward = at(offset);
      while (target.hasRemaining()) {
        piece(forward, target);
      }
      more = forward.position() < contentEnd;
    } finally {
      if (!more) {
        close();
      }
    }
  }

  private ForwardInput at(long offset) throws IOException {
    ForwardInput forward = input;
    if (forward == null || forward.position() > offset) {
      close();
      forward = open();
      input = forward;
    }
    forward.skip("content", offset - forward.position());
    return forward;
  }

  private static void piece(ForwardInput forward, ByteBuffer target) throws IOException {
    int count = Math.min(target.remaining(), PIECE);
    if (target.hasArray()) {
      int at = target.arrayOffset() + target.position();
      forward.readFully("content", target.array(), at, count);
      target.position(target.position() + count);
    } else {
      byte[] piece = new byte[count];
      forward.readFully("content", piece, 0, count);
      target.put(piece);
    }
  }

  private void close() throws IOException {
    ForwardInput open = input;
    input = null;
    if (open != null) {
      open.close();
    }
  }
}
