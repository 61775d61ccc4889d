package jbuild.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** Work that a command does on another thread, and whose end it waits for before its own. */
final class Beside implements AutoCloseable {
  /** What is done. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  private final Work work;
  private final Thread thread;
  private volatile @Nullable Throwable failure;

  private Beside(String name, Work work) {
    this.work = work;
    this.thread =
        new Thread(name) {
          @Override
          public void run() {
            work();
          }
        };
  }

  static Beside start(String name, Work work) {
    Beside beside = new Beside(name, work);
    beside.thread.setDaemon(true);
    beside.thread.start();
    return beside;
  }

  private void work() {
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      failure = e; // thrown by close
    }
  }

  /**
   * Waits for the end of the work.
   *
   * @throws IOException what the work threw
   */
  @Override
  public void close() throws IOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(thread.getName() + ": interrupted");
    }
    Throwable failed = failure;
    if (failed instanceof IOException io) {
      throw io;
    }
    if (failed instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failed instanceof Error error) {
      throw error;
    }
  }
}
