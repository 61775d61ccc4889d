package jbuild.fs.iso9660;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/**
 * Small reads that lie close to one another, answered from the last piece that was read: whoever
 * goes through a directory finds its continuation areas in a row. Safe for use by several threads.
 */
final class MetadataWindow {
  private static final int WINDOW_BYTES = 32 << 10;
  private static final long ALIGNMENT = 2048;

  /** {@code bytes} is never changed. */
  private record Window(long start, ByteBuffer bytes) {
    boolean holds(long position, int length) {
      return position >= start && position + length <= start + bytes.limit();
    }
  }

  private final String label;
  private final ByteSource image;
  private volatile @Nullable Window last;

  MetadataWindow(String label, ByteSource image) {
    this.label = label;
    this.image = image;
  }

  /** The {@code length} bytes at {@code position}; not to be changed. */
  ByteBuffer read(long position, int length) throws IOException {
    Window window = last;
    if (window == null || !window.holds(position, length)) {
      window = load(position, length);
      last = window;
    }
    return window.bytes.slice((int) (position - window.start), length);
  }

  private Window load(long position, int length) throws IOException {
    long end = image.size();
    if (position < 0 || position > end - length) {
      throw new CorruptInputException(
          label,
          position,
          "needs " + length + " bytes, the image ends at 0x" + Long.toHexString(end));
    }
    long start = position - position % ALIGNMENT;
    long wanted = Math.max(WINDOW_BYTES, position + length - start);
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(wanted, end - start));
    image.read(start, bytes);
    return new Window(start, bytes.flip());
  }
}
