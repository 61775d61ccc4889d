package jbuild.io;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The decoders that come from libraries. Each is loaded when a stream of its kind is met: zstd's is
 * native code. Whatever they throw about their input becomes a {@link CorruptInputException}.
 */
final class ForeignDecoders {
  private ForeignDecoders() {}

  /**
   * {@code xz -9} needs 65 MiB; a stream that wants more than this is refused. The decoder takes
   * all of it at once from the heap, and the launcher's has 144 MiB.
   */
  private static final int XZ_MEMORY_KIB = 72 << 10;

  /** Base-2 logarithm of the largest zstd window, 128 MiB, the limit of the zstd command. */
  private static final int ZSTD_WINDOW_LOG = 27;

  static InputStream bzip2(InputStream in) throws IOException {
    Counting counting = new Counting(new BufferedInputStream(in, 64 << 10));
    return Decoding.start(
        "bzip2 stream", counting, () -> new BZip2CompressorInputStream(counting, true));
  }

  static InputStream xz(InputStream in) throws IOException {
    Counting counting = new Counting(new BufferedInputStream(in, 64 << 10));
    return Decoding.start("xz stream", counting, () -> new XZInputStream(counting, XZ_MEMORY_KIB));
  }

  static InputStream zstd(InputStream in) throws IOException {
    Counting counting = new Counting(in);
    return Decoding.start(
        "zstd stream",
        counting,
        () -> new ZstdInputStreamNoFinalizer(counting).setLongMax(ZSTD_WINDOW_LOG));
  }

  private interface Opening {
    InputStream open() throws IOException;
  }

  /** Counts what the decoder has taken and remembers a failure of the input itself. */
  private static final class Counting extends FilterInputStream {
    private long count;
    private boolean failed;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        int value = in.read();
        count += value < 0 ? 0 : 1;
        return value;
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        int read = in.read(target, offset, length);
        count += Math.max(0, read);
        return read;
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }

  private static final class Decoding extends InputStream {
    private final String label;
    private final Counting counting;
    private final InputStream decoder;

    private Decoding(String label, Counting counting, InputStream decoder) {
      this.label = label;
      this.counting = counting;
      this.decoder = decoder;
    }

    static Decoding start(String label, Counting counting, Opening opening) throws IOException {
      try {
        return new Decoding(label, counting, opening.open());
      } catch (IOException | RuntimeException e) {
        throw translate(label, counting, e);
      }
    }

    @Override
    public int read() throws IOException {
      try {
        return decoder.read();
      } catch (IOException | RuntimeException e) {
        throw translate(label, counting, e);
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return decoder.read(target, offset, length);
      } catch (IOException | RuntimeException e) {
        throw translate(label, counting, e);
      }
    }

    @Override
    public void close() throws IOException {
      decoder.close();
    }

    private static IOException translate(String label, Counting counting, Exception e) {
      if (counting.failed && e instanceof IOException failure) {
        return failure;
      }
      String what =
          e instanceof EOFException || counting.count == 0
              ? "the data ends early (is the file truncated?)"
              : "the data is damaged: " + e.getMessage();
      return new CorruptInputException(label, counting.count, what, e);
    }
  }
}
