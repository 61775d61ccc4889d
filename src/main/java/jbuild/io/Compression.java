package jbuild.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** The compressions in which layers and root file systems come, told apart by content. */
public enum Compression {
  NONE,
  GZIP,
  BZIP2,
  XZ,
  ZSTD;

  /** The number of leading bytes that {@link #detect} wants to see. */
  public static final int HEAD = 6;

  /**
   * Names the compression whose magic number starts {@code head}; {@link #NONE} when there is none.
   * A zstd stream may also start with a skippable frame (RFC 8878 section 3.1.2).
   */
  public static Compression detect(byte[] head, int length) {
    if (length >= 3 && u8(head, 0) == 0x1f && u8(head, 1) == 0x8b && u8(head, 2) == 8) {
      return GZIP; // RFC 1952 section 2.3.1
    }
    if (length >= 4
        && head[0] == 'B'
        && head[1] == 'Z'
        && head[2] == 'h'
        && head[3] >= '1'
        && head[3] <= '9') {
      return BZIP2;
    }
    if (length >= 6
        && u8(head, 0) == 0xfd
        && head[1] == '7'
        && head[2] == 'z'
        && head[3] == 'X'
        && head[4] == 'Z'
        && head[5] == 0) {
      return XZ; // The .xz File Format, section 2.1.1.1
    }
    if (length >= 4 && isZstd(head)) {
      return ZSTD;
    }
    return NONE;
  }

  /**
   * The plain content of {@code in}, whose compression is detected from its first bytes. Closing
   * the result closes {@code in}. Input that ends early or is followed by garbage is a {@link
   * CorruptInputException} that names the format and the compressed offset.
   */
  public static InputStream decompress(InputStream in) throws IOException {
    byte[] head = new byte[HEAD];
    int length = in.readNBytes(head, 0, HEAD);
    PushbackInputStream whole = new PushbackInputStream(in, HEAD);
    whole.unread(head, 0, length);
    return detect(head, length).open(whole);
  }

  /**
   * As {@link #decompress}, but compressed content is decompressed on a thread of its own that runs
   * a few buffers ahead of the reader. Plain content is handed through without a thread.
   */
  public static InputStream readAhead(InputStream in) throws IOException {
    byte[] head = new byte[HEAD];
    int length = in.readNBytes(head, 0, HEAD);
    PushbackInputStream whole = new PushbackInputStream(in, HEAD);
    whole.unread(head, 0, length);
    Compression compression = detect(head, length);
    InputStream plain = compression.open(whole);
    return compression == NONE ? plain : new ReadAheadInputStream(plain, compression.format());
  }

  /** The name for people. */
  public String format() {
    return switch (this) {
      case NONE -> "plain";
      case GZIP -> "gzip";
      case BZIP2 -> "bzip2";
      case XZ -> "xz";
      case ZSTD -> "zstd";
    };
  }

  private InputStream open(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GzipInputStream(in);
      case BZIP2 -> ForeignDecoders.bzip2(in);
      case XZ -> ForeignDecoders.xz(in);
      case ZSTD -> ForeignDecoders.zstd(in);
    };
  }

  private static boolean isZstd(byte[] head) {
    int magic = u8(head, 0) | u8(head, 1) << 8 | u8(head, 2) << 16 | u8(head, 3) << 24;
    return magic == 0xfd2fb528 || (magic & 0xffff_fff0) == 0x184d2a50;
  }

  private static int u8(byte[] bytes, int index) {
    return bytes[index] & 0xff;
  }
}
