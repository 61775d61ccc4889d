package jbuild;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Holds a fuzz target to memory in proportion to its input: more is a finding. */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a target may do on its own input. */
  @FunctionalInterface
  public interface Reading<T> {
    T read() throws IOException;
  }

  private Allocation() {}

  /**
   * Fails when {@code reading} allocates more than {@code most} bytes. It is done again before that
   * is said, for the first time may have loaded classes.
   */
  public static <T> T atMost(long most, Reading<T> reading) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    T result = reading.read();
    if (THREADS.getCurrentThreadAllocatedBytes() - before > most) {
      before = THREADS.getCurrentThreadAllocatedBytes();
      result = reading.read();
      long used = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertTrue(used <= most, () -> used + " bytes were allocated, " + most + " are allowed");
    }
    return result;
  }
}
