package jbuild.linux;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An open file descriptor with one owner. It is not closed by the garbage collector: use
 * try-with-resources. A closed one has the number -1, so that a use after close is EBADF and never
 * somebody else's file.
 */
public final class Fd implements AutoCloseable {
  /** AT_FDCWD: as a directory, the process's own working directory; openat(2). */
  public static final Fd CWD = new Fd(-100, null);

  private static final int CLOSED = -1;

  private final AtomicInteger number;
  private final @Nullable Closer closer;

  /** What closes a descriptor: the kernel, or a test. */
  @FunctionalInterface
  public interface Closer {
    void close(int number);
  }

  private Fd(int number, @Nullable Closer closer) {
    this.number = new AtomicInteger(number);
    this.closer = closer;
  }

  /** A descriptor that {@link #close} gives back. */
  public static Fd owned(int number, Closer closer) {
    return new Fd(number, closer);
  }

  /** Somebody else's descriptor, such as 0, 1 and 2: {@link #close} does nothing to it. */
  public static Fd borrowed(int number) {
    return new Fd(number, null);
  }

  public int number() {
    return number.get();
  }

  /** Idempotent. close(2) frees the number even when it reports an error, so none is reported. */
  @Override
  public void close() {
    if (closer != null) {
      int open = number.getAndSet(CLOSED);
      if (open != CLOSED) {
        closer.close(open);
      }
    }
  }

  @Override
  public String toString() {
    return this == CWD ? "AT_FDCWD" : "fd " + number.get();
  }
}
