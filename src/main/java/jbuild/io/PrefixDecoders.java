package jbuild.io;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.tukaani.xz.LZMAInputStream;

/**
 * Decoders that fill their output and ignore what the block has beyond it: for blocks of which a
 * file uses the beginning only. Blocks that are used whole are for {@link BlockDecoders}, which is
 * faster and notices when one is longer than it should be.
 */
public final class PrefixDecoders {
  private static final int MIN_DICTIONARY = 4096;

  private PrefixDecoders() {}

  /** LZ4 blocks; bytes behind the part that is asked for may be anything. */
  public static BlockDecoder lz4() {
    return new Lz4Prefix();
  }

  /** Raw deflate streams. */
  public static BlockDecoder deflate() {
    return (label, position, input, offset, length, output) -> {
      Inflater inflater = new Inflater(true);
      try {
        inflater.setInput(input, offset, length);
        int done = 0;
        int count = 1;
        while (done < output.length && count > 0) {
          count = inflater.inflate(output, done, output.length - done);
          done += count;
        }
        return done;
      } catch (DataFormatException e) {
        throw damaged("deflate", label, position, e);
      } finally {
        inflater.end();
      }
    };
  }

  /** zstd frames. */
  public static BlockDecoder zstd() {
    return fromStream("zstd", (in, size) -> new ZstdInputStreamNoFinalizer(in));
  }

  /** MicroLZMA, see {@link BlockDecoders#microLzma}. */
  public static BlockDecoder microLzma() {
    BlockDecoder withoutProperties =
        fromStream(
            "lzma",
            (in, size) -> {
              byte properties = (byte) ~in.read();
              // The bytes that come out are all the history there can be.
              return new LZMAInputStream(
                  new FirstByteZero(in), -1, properties, Math.max(MIN_DICTIONARY, size));
            });
    return (label, position, input, offset, length, output) -> {
      if (length < 1) {
        throw new CorruptInputException(label, position, "lzma block is empty");
      }
      return withoutProperties.decode(label, position, input, offset, length, output);
    };
  }

  /** The zero that every LZMA stream begins with, then the rest of the stream. */
  private static final class FirstByteZero extends InputStream {
    private final InputStream rest;
    private boolean begun;

    FirstByteZero(InputStream rest) {
      this.rest = rest;
    }

    @Override
    public int read() throws IOException {
      if (!begun) {
        begun = true;
        return 0;
      }
      return rest.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (begun || length == 0) {
        return rest.read(target, offset, length);
      }
      begun = true;
      target[offset] = 0;
      return 1;
    }
  }

  private interface Opening {
    InputStream open(InputStream in, int outputSize) throws IOException;
  }

  private static BlockDecoder fromStream(String format, Opening opening) {
    return (label, position, input, offset, length, output) -> {
      try (InputStream decoder =
          opening.open(new ByteArrayInputStream(input, offset, length), output.length)) {
        return decoder.readNBytes(output, 0, output.length);
      } catch (IOException | RuntimeException e) {
        throw damaged(format, label, position, e);
      }
    };
  }

  private static CorruptInputException damaged(
      String format, String label, long position, Exception e) {
    String why = e.getMessage();
    return new CorruptInputException(
        label, position, format + " block is damaged" + (why == null ? "" : ": " + why), e);
  }
}
