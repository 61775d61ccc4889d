package jbuild.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952): any number of members in a row, each with its header, CRC and
 * length checked. {@code java.util.zip.GZIPInputStream} takes anything that is not a member header
 * after a member for the end; here only zero bytes may follow the last member, as GNU gzip accepts
 * them from tapes and block devices, and everything else is an error.
 */
final class GzipInputStream extends InputStream {
  private static final int BUFFER = 64 << 10;
  private static final String LABEL = "gzip stream";

  /** Flags of RFC 1952 section 2.3.1. */
  private static final int FHCRC = 2;

  private static final int FEXTRA = 4;
  private static final int FNAME = 8;
  private static final int FCOMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final CRC32 headerCrc = new CRC32();
  private final byte[] buffer = new byte[BUFFER];
  private final byte[] single = new byte[1];
  private int position;
  private int limit;

  /** Compressed bytes that were in the buffer before its present content. */
  private long taken;

  private boolean inMember;
  private boolean finished;
  private boolean closed;

  GzipInputStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("read gzip stream: it is closed");
    }
    if (length == 0) {
      return 0;
    }
    while (!finished) {
      if (!inMember) {
        startMember();
        continue;
      }
      int count = inflate(target, offset, length);
      if (count > 0) {
        crc.update(target, offset, count);
        return count;
      }
      if (inflater.finished()) {
        endMember();
      }
    }
    return -1;
  }

  private int inflate(byte[] target, int offset, int length) throws IOException {
    if (inflater.needsInput() && !inflater.finished()) {
      if (position == limit && !fill()) {
        throw corrupt("the data ends in the middle of a member (is the file truncated?)");
      }
      inflater.setInput(buffer, position, limit - position);
      position = limit;
    }
    try {
      int count = inflater.inflate(target, offset, length);
      if (count == 0 && inflater.needsDictionary()) {
        throw corrupt("asks for a preset dictionary");
      }
      return count;
    } catch (DataFormatException e) {
      position = limit - inflater.getRemaining();
      throw new CorruptInputException(
          LABEL, offset(), "deflate data is damaged: " + e.getMessage(), e);
    }
  }

  /** Reads the header of the first or a further member, or recognises the end of the stream. */
  private void startMember() throws IOException {
    boolean first = taken == 0 && position == 0;
    if (position == limit && !fill()) {
      finished = true;
      return;
    }
    if (!first && buffer[position] == 0) {
      expectPadding();
      finished = true;
      return;
    }
    headerCrc.reset();
    long start = offset();
    if (u8() != 0x1f || u8() != 0x8b) {
      throw new CorruptInputException(LABEL, start, "garbage after the last member");
    }
    int method = u8();
    int flags = u8();
    if (method != 8 || (flags & RESERVED) != 0) {
      throw new CorruptInputException(
          LABEL, start, "unknown method " + method + " or flags 0x" + Integer.toHexString(flags));
    }
    skip(6); // modification time, extra flags, operating system
    if ((flags & FEXTRA) != 0) {
      skip(u8() | u8() << 8);
    }
    if ((flags & FNAME) != 0) {
      skipString();
    }
    if ((flags & FCOMMENT) != 0) {
      skipString();
    }
    if ((flags & FHCRC) != 0) {
      int expected = (int) headerCrc.getValue() & 0xffff;
      if ((u8() | u8() << 8) != expected) {
        throw corrupt("the header's CRC is wrong");
      }
    }
    crc.reset();
    inflater.reset();
    inMember = true;
  }

  private void endMember() throws IOException {
    position = limit - inflater.getRemaining();
    long start = offset();
    long expectedCrc = u32();
    long expectedLength = u32();
    if (expectedCrc != crc.getValue()) {
      throw new CorruptInputException(LABEL, start, "the content does not match its CRC");
    }
    if (expectedLength != (inflater.getBytesWritten() & 0xffff_ffffL)) {
      throw new CorruptInputException(LABEL, start, "the content does not match its length");
    }
    inMember = false;
  }

  private void expectPadding() throws IOException {
    do {
      while (position < limit) {
        if (buffer[position] != 0) {
          throw corrupt("garbage after the last member");
        }
        position++;
      }
    } while (fill());
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      u8();
    }
  }

  private void skipString() throws IOException {
    while (u8() != 0) {
      // a file name or comment, ended by a zero byte; it is of no use here and takes no memory
    }
  }

  private long u32() throws IOException {
    return u8() | u8() << 8 | u8() << 16 | (long) u8() << 24;
  }

  private int u8() throws IOException {
    if (position == limit && !fill()) {
      throw corrupt("the data ends in a member's header or trailer (is the file truncated?)");
    }
    int value = buffer[position++] & 0xff;
    headerCrc.update(value);
    return value;
  }

  private boolean fill() throws IOException {
    taken += limit;
    position = 0;
    limit = 0;
    int count = in.read(buffer, 0, BUFFER);
    if (count <= 0) {
      return false;
    }
    limit = count;
    return true;
  }

  private long offset() {
    return taken + position;
  }

  private CorruptInputException corrupt(String what) {
    return new CorruptInputException(LABEL, offset(), what);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      inflater.end();
      in.close();
    }
  }
}
