package jbuild.step;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jbuild.linux.Signals;
import jbuild.sandbox.SandboxProcess;
import org.jspecify.annotations.Nullable;

/** Kills a sandbox that takes too long. */
final class Deadline implements AutoCloseable {
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean over;

  private Deadline() {}

  /** Begins to count; for ever if {@code nanos} is null. */
  static Deadline start(@Nullable Long nanos, SandboxProcess process) {
    Deadline deadline = new Deadline();
    if (nanos != null) {
      Thread thread = new Thread(() -> deadline.watch(nanos, process), "timeout");
      thread.setDaemon(true);
      thread.start();
    }
    return deadline;
  }

  private void watch(long nanos, SandboxProcess process) {
    try {
      if (!ended.await(nanos, TimeUnit.NANOSECONDS)) {
        over = true;
        process.signal(Signals.SIGKILL);
      }
    } catch (IOException hasEndedMeanwhile) {
      // there is nothing to kill
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the time was up before the end. */
  boolean isOver() {
    return over;
  }

  static String inWords(long nanos) {
    if (nanos % TimeUnit.SECONDS.toNanos(1) == 0) {
      return TimeUnit.NANOSECONDS.toSeconds(nanos) + " s";
    }
    return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
