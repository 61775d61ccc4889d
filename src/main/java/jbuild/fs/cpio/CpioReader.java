package jbuild.fs.cpio;

import java.io.IOException;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.FilesystemReader;
import jbuild.fs.Inode;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * A cpio archive, or several in a row, as an initramfs is made of them: each plain or compressed,
 * the later ones on top of the earlier ones, zeros between them. Opening it reads all headers, and
 * decodes what is compressed once. Contents of compressed archives are decoded again when they are
 * read: in the order of {@link Inode#position}, that is once.
 *
 * <p>What follows a stream of xz, bzip2 or lzma must be of the same kind, for where such a stream
 * ends is known only to its decoder.
 */
public final class CpioReader implements FilesystemReader {
  private static final long MORE = -1;
  private static final long NO_MORE = -2;

  private final CpioTree tree;

  private CpioReader(CpioTree tree) {
    this.tree = tree;
  }

  /** Whether the image begins with a cpio archive, plain or compressed. */
  public static boolean matches(ByteSource image) throws IOException {
    try (ForwardInput in =
        new ForwardInput("cpio", new SourceInputStream(image, 0, image.size()), 0)) {
      StreamFormat format = StreamFormat.of(in.peek(StreamFormat.MAGIC_BYTES));
      return format == null ? ArchiveScanner.isArchive(in) : matches(image, format);
    }
  }

  private static boolean matches(ByteSource image, StreamFormat format) throws IOException {
    if (format == StreamFormat.LZOP || format == StreamFormat.LZ4_FRAME) {
      return false;
    }
    DecodedSource source = new DecodedSource("cpio", image, format, 0, image.size());
    try (ForwardInput in = source.open()) {
      return ArchiveScanner.isArchive(in);
    } catch (CorruptInputException e) {
      return false;
    }
  }

  /**
   * Reads the archives of an image.
   *
   * @param label names the image in errors
   */
  public static CpioReader open(String label, ByteSource image) throws IOException {
    CpioTree tree = new CpioTree(label);
    ArchiveScanner scanner = new ArchiveScanner(tree);
    Segment plain = new Segment(image, 0);
    long decodedBase = image.size();
    ForwardInput in = plainInput(label, image, 0);
    boolean any = false;
    while (in.skipZeros()) {
      StreamFormat format = StreamFormat.of(in.peek(StreamFormat.MAGIC_BYTES));
      if (format == null) {
        requireArchive(in);
        scanner.archive(in, plain);
      } else {
        Decoded decoded = decode(label, image, format, in.position(), scanner, decodedBase);
        decodedBase += decoded.size;
        in = plainInput(label, image, decoded.end);
      }
      any = true;
    }
    if (!any) {
      throw in.corrupt("archive", "there is none");
    }
    return new CpioReader(tree);
  }

  @Override
  public FilesystemFormat format() {
    return FilesystemFormat.CPIO;
  }

  @Override
  public String volumeLabel() {
    return "";
  }

  @Override
  public Inode root() {
    return tree.root();
  }

  /** Where a stream ended in the image, and how much it gave. */
  private record Decoded(long end, long size) {}

  private static Decoded decode(
      String label,
      ByteSource image,
      StreamFormat format,
      long start,
      ArchiveScanner scanner,
      long base)
      throws IOException {
    long end = format.end(label, image, start);
    DecodedSource source = new DecodedSource(label, image, format, start, end);
    Segment segment = new Segment(source, base);
    long contentEnd = 0;
    try (ForwardInput in = source.open()) {
      while (true) {
        long next = next(image, format, start, in);
        if (next != MORE) {
          long streamEnd = next == NO_MORE ? end : next;
          source.setBounds(streamEnd, in.position(), contentEnd);
          return new Decoded(streamEnd, in.position());
        }
        requireArchive(in);
        scanner.archive(in, segment);
        contentEnd = Math.max(contentEnd, scanner.contentEnd());
      }
    }
  }

  /**
   * Whether a decoded stream goes on. When the gzip decoder comes upon something else than a
   * further member, and that is a further segment, it is where the stream ends.
   *
   * @return {@link #MORE}, {@link #NO_MORE}, or the segment's position in the image
   */
  private static long next(ByteSource image, StreamFormat format, long start, ForwardInput in)
      throws IOException {
    try {
      return in.skipZeros() ? MORE : NO_MORE;
    } catch (CorruptInputException e) {
      if (format != StreamFormat.GZIP || e.offset() <= start || e.offset() >= image.size()) {
        throw e;
      }
      ForwardInput behind = plainInput(e.label(), image, e.offset());
      if (StreamFormat.of(behind.peek(StreamFormat.MAGIC_BYTES)) == null
          && ArchiveScanner.formatOf(behind) == null) {
        throw e;
      }
      return e.offset();
    }
  }

  private static void requireArchive(ForwardInput in) throws IOException {
    if (ArchiveScanner.formatOf(in) == null) {
      throw in.corrupt("archive", "it is neither a cpio archive nor compressed");
    }
  }

  private static ForwardInput plainInput(String label, ByteSource image, long position)
      throws IOException {
    return new ForwardInput(label, new SourceInputStream(image, position, image.size()), position);
  }
}
