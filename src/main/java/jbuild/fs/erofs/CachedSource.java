package jbuild.fs.erofs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pages of a source that were read last: a page has one slot where it can be. At most 4
 * MiB. A file is read, not mapped: one that is cut while it is in use then gives an exception and
 * not a fault of the JVM, and closing frees everything. Safe for use by several threads, because a
 * page never changes once it is in its slot.
 */
final class CachedSource implements ByteSource {
  private static final int PAGE_BYTES = 16 << 10;
  private static final int SLOTS = 256;

  private final ByteSource source;
  private final long size;
  private final @Nullable Page[] pages = new Page[SLOTS];

  /** The bytes of the page {@code number}; final fields make it safe to publish by a race. */
  private record Page(long number, ByteBuffer bytes) {}

  CachedSource(ByteSource source) throws IOException {
    this.source = source;
    this.size = source.size();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > size - target.remaining()) {
      throw new EOFException("read at " + offset + ": the file ends at " + size);
    }
    long at = offset;
    while (target.hasRemaining()) {
      ByteBuffer page = page(at / PAGE_BYTES);
      int from = (int) (at % PAGE_BYTES);
      int count = Math.min(target.remaining(), page.limit() - from);
      target.put(target.position(), page, from, count);
      target.position(target.position() + count);
      at += count;
    }
  }

  private ByteBuffer page(long number) throws IOException {
    int slot = (int) (number % SLOTS);
    Page page = pages[slot];
    if (page == null || page.number != number) {
      long from = number * PAGE_BYTES;
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(PAGE_BYTES, size - from));
      source.read(from, bytes);
      page = new Page(number, bytes.flip());
      pages[slot] = page;
    }
    return page.bytes;
  }
}
