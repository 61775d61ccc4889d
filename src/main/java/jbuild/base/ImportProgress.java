package jbuild.base;

import java.util.concurrent.atomic.AtomicLong;

/** How far an import is, for those who show it. Written by one thread, read by others. */
public final class ImportProgress {
  private final AtomicLong total = new AtomicLong();
  private final AtomicLong done = new AtomicLong();

  /** Bytes of content that will be read; 0 as long as it is not known. */
  public long total() {
    return total.get();
  }

  /** Bytes of content that were read. */
  public long done() {
    return done.get();
  }

  void expect(long bytes) {
    total.addAndGet(bytes);
  }

  void advance(long bytes) {
    done.addAndGet(bytes);
  }
}
