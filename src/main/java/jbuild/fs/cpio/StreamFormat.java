package jbuild.fs.cpio;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteSource;
import jbuild.io.Compression;
import jbuild.io.CorruptInputException;
import jbuild.io.LzmaStreams;
import jbuild.io.ZstdFrames;
import org.jspecify.annotations.Nullable;

/**
 * The compressions an initramfs may have, as the kernel tells them apart ({@code lib/decompress}).
 */
enum StreamFormat {
  GZIP("gzip"),
  BZIP2("bzip2"),
  XZ("xz"),
  ZSTD("zstd"),
  LZ4("lz4"),
  LZMA("lzma"),
  LZ4_FRAME("lz4 frame (only lz4 -l is read, as by the kernel)"),
  LZOP("lzop");

  /** How many bytes {@link #of} wants to see. */
  static final int MAGIC_BYTES = Compression.HEAD;

  private static final int LZ4_FRAME_MAGIC = 0x184d_2204;
  private static final int LZOP_MAGIC = 0x4f5a_4c89;

  private final String label;

  StreamFormat(String label) {
    this.label = label;
  }

  /** The format of the stream that begins with these bytes; null when it is none. */
  static @Nullable StreamFormat of(byte[] head) {
    if (head.length < MAGIC_BYTES) {
      return null;
    }
    return switch (Compression.detect(head, head.length)) {
      case GZIP -> GZIP;
      case BZIP2 -> BZIP2;
      case XZ -> XZ;
      case ZSTD -> ZSTD;
      case NONE -> other(head);
    };
  }

  private static @Nullable StreamFormat other(byte[] head) {
    return switch (ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt()) {
      case Lz4LegacyInputStream.MAGIC -> LZ4;
      case LZ4_FRAME_MAGIC -> LZ4_FRAME;
      case LZOP_MAGIC -> LZOP;
      // It has none: properties of 0x5d and the lower half of a dictionary size are what is common.
      default -> head[0] == 0x5d && head[1] == 0 && head[2] == 0 ? LZMA : null;
    };
  }

  /**
   * The first position behind the stream that begins at {@code start}, as far as that can be told
   * without decoding; else the source's end.
   */
  long end(String label, ByteSource source, long start) throws IOException {
    if (this == LZ4) {
      return Lz4LegacyInputStream.end(label, source, start);
    }
    if (this != ZSTD) {
      return source.size();
    }
    long end = start;
    while (ZstdFrames.isFrame(source, end)) {
      end = ZstdFrames.end(label, source, end);
    }
    return end;
  }

  /** The plain content of the stream in these bytes of the source. */
  InputStream open(String label, ByteSource source, long start, long end) throws IOException {
    try {
      InputStream in =
          switch (this) {
            case GZIP, BZIP2, XZ, ZSTD ->
                Compression.decompress(new SourceInputStream(source, start, end));
            case LZMA -> LzmaStreams.open(new SourceInputStream(source, start, end));
            case LZ4 -> new Lz4LegacyInputStream(label, source, start);
            case LZ4_FRAME, LZOP ->
                throw new UnsupportedFilesystemException(label + ": compression by " + this.label);
          };
      return this == LZ4 ? in : new Labelled(label, start, in);
    } catch (CorruptInputException e) {
      throw located(label, start, e);
    }
  }

  /** The name for people. */
  @Override
  public String toString() {
    return label;
  }

  private static CorruptInputException located(String label, long start, CorruptInputException e) {
    return new CorruptInputException(label + ": " + e.label(), start + e.offset(), e.what(), e);
  }

  /** Decoders know neither what they read nor where their stream begins. */
  private static final class Labelled extends FilterInputStream {
    private final String label;
    private final long start;

    Labelled(String label, long start, InputStream in) {
      super(in);
      this.label = label;
      this.start = start;
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (CorruptInputException e) {
        throw located(label, start, e);
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return in.read(target, offset, length);
      } catch (CorruptInputException e) {
        throw located(label, start, e);
      }
    }

    /** Decoders skip by reading, in pieces smaller than those of who reads here. */
    @Override
    public long skip(long count) {
      return 0;
    }
  }
}
