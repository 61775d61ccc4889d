package jbuild.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.tukaani.xz.LZMAInputStream;

/**
 * Decodes the .lzma format, the one before .xz. It has no magic number and no checksum, so it is
 * not among the formats that {@link Compression} tells apart; who meets it must expect it.
 */
public final class LzmaStreams {
  /** Dictionaries of up to 64 MiB: more than {@code lzma -9} asks for. */
  private static final int MEMORY_KIB = 72 << 10;

  /** The decoder takes single bytes. */
  private static final int BUFFER = 64 << 10;

  private LzmaStreams() {}

  /** The plain content of {@code in}; damage is a {@link CorruptInputException}. */
  public static InputStream open(InputStream in) throws IOException {
    try {
      return new Decoding(new LZMAInputStream(new BufferedInputStream(in, BUFFER), MEMORY_KIB));
    } catch (CorruptInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(0, e);
    }
  }

  private static CorruptInputException damaged(long decoded, Exception e) {
    String why = e.getMessage();
    String what =
        e instanceof EOFException
            ? "the data ends early (is the file truncated?)"
            : "the data is damaged" + (why == null ? "" : ": " + why);
    return new CorruptInputException("lzma stream, decoded", decoded, what, e);
  }

  /** Turns what the decoder throws into a {@link CorruptInputException}. */
  private static final class Decoding extends InputStream {
    private final InputStream decoder;
    private long decoded;

    Decoding(InputStream decoder) {
      this.decoder = decoder;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        int count = decoder.read(target, offset, length);
        decoded += Math.max(0, count);
        return count;
      } catch (CorruptInputException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        throw damaged(decoded, e);
      }
    }

    @Override
    public void close() throws IOException {
      decoder.close();
    }
  }
}
