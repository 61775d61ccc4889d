package jbuild.io;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.airlift.compress.Decompressor;
import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.lzo.LzoDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * The decoders of single blocks that the formats of file systems ask for. Their libraries are
 * loaded when a decoder is made.
 */
public final class BlockDecoders {
  /** What an xz or lzma block may ask for: dictionaries of up to 16 MiB; real ones have 1 MiB. */
  private static final int XZ_MEMORY_KIB = 18 << 10;

  private BlockDecoders() {}

  /** zlib streams (RFC 1950). */
  public static BlockDecoder zlib() {
    return inflate(false);
  }

  /** Raw deflate streams (RFC 1951). */
  public static BlockDecoder deflate() {
    return inflate(true);
  }

  /** Single .xz streams, with whatever filters. */
  public static BlockDecoder xz() {
    ArrayCache arrays = new BasicArrayCache();
    return new XzDecoder(
        fromStream("xz", in -> new SingleXZInputStream(in, XZ_MEMORY_KIB, true, arrays)));
  }

  /** The .lzma format: properties, dictionary size and length in 13 bytes, then the stream. */
  public static BlockDecoder lzma() {
    ArrayCache arrays = new BasicArrayCache();
    return fromStream("lzma", in -> new LZMAInputStream(in, XZ_MEMORY_KIB, arrays));
  }

  /**
   * MicroLZMA of XZ Utils: an LZMA stream without header, whose first byte, which is always zero,
   * is replaced by the inverted properties. It fills the whole output, or as much of it as there
   * is.
   *
   * @param dictionarySize in bytes
   */
  public static BlockDecoder microLzma(int dictionarySize) {
    ArrayCache arrays = new BasicArrayCache();
    return (label, position, input, offset, length, output) -> {
      requireSome("lzma", label, position, length);
      byte properties = (byte) ~input[offset];
      byte[] stream = new byte[length];
      System.arraycopy(input, offset + 1, stream, 1, length - 1);
      return fromStream(
              "lzma",
              in -> {
                LZMAInputStream lzma =
                    new LZMAInputStream(
                        in, output.length, properties, dictionarySize, null, arrays);
                lzma.enableRelaxedEndCondition();
                return lzma;
              })
          .decode(label, position, stream, 0, length, output);
    };
  }

  /** LZO1X streams. */
  public static BlockDecoder lzo() {
    return airlift("lzo", new LzoDecompressor());
  }

  /** LZ4 blocks (not frames). */
  public static BlockDecoder lz4() {
    return airlift("lz4", new Lz4Decompressor());
  }

  /**
   * zstd frames (RFC 8878). A context is made for each block: one that is kept has memory outside
   * of the heap that nobody would give back when the decoder is forgotten.
   */
  public static BlockDecoder zstd() {
    return (label, position, input, offset, length, output) -> {
      requireSome("zstd", label, position, length);
      try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
        return context.decompressByteArray(output, 0, output.length, input, offset, length);
      } catch (ZstdException e) {
        throw damaged("zstd", label, position, e);
      }
    };
  }

  private static BlockDecoder inflate(boolean raw) {
    Queue<Inflater> idle = new ConcurrentLinkedQueue<>();
    return (label, position, input, offset, length, output) -> {
      Inflater inflater = take(idle, () -> new Inflater(raw));
      try {
        inflater.reset();
        inflater.setInput(input, offset, length);
        int done = 0;
        while (!inflater.finished()) {
          int count = inflater.inflate(output, done, output.length - done);
          done += count;
          if (count == 0 && !inflater.finished()) {
            throw tooLongOrShort("zlib", label, position, done == output.length);
          }
        }
        return done;
      } catch (DataFormatException e) {
        throw damaged("zlib", label, position, e);
      } finally {
        idle.add(inflater);
      }
    };
  }

  private static BlockDecoder airlift(String format, Decompressor decompressor) {
    return (label, position, input, offset, length, output) -> {
      requireSome(format, label, position, length);
      try {
        return decompressor.decompress(input, offset, length, output, 0, output.length);
      } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
        throw damaged(format, label, position, e);
      }
    };
  }

  private interface Opening {
    InputStream open(InputStream in) throws IOException;
  }

  private static BlockDecoder fromStream(String format, Opening opening) {
    return (label, position, input, offset, length, output) -> {
      int done = 0;
      try (InputStream decoder = opening.open(new ByteArrayInputStream(input, offset, length))) {
        while (done < output.length) {
          int count = decoder.read(output, done, output.length - done);
          if (count < 0) {
            return done;
          }
          done += count;
        }
        if (decoder.read() >= 0) {
          throw tooLongOrShort(format, label, position, true);
        }
        return done;
      } catch (CorruptInputException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        throw damaged(format, label, position, e);
      }
    };
  }

  private static <T> T take(Queue<T> idle, Supplier<T> make) {
    @Nullable T known = idle.poll();
    return known != null ? known : make.get();
  }

  /** Some libraries take nothing for the encoded form of nothing. */
  private static void requireSome(String format, String label, long position, int length)
      throws CorruptInputException {
    if (length < 1) {
      throw tooLongOrShort(format, label, position, false);
    }
  }

  private static CorruptInputException tooLongOrShort(
      String format, String label, long position, boolean tooLong) {
    return new CorruptInputException(
        label,
        position,
        tooLong
            ? format + " block is longer than it should be when decoded"
            : format + " block ends early");
  }

  private static CorruptInputException damaged(
      String format, String label, long position, Exception e) {
    String why = e.getMessage();
    return new CorruptInputException(
        label, position, format + " block is damaged" + (why == null ? "" : ": " + why), e);
  }
}
