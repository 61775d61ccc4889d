package jbuild.layer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is left to do of a walk, for several threads: work that makes more work until there is none.
 * A walk waits for the kernel in one system call after the other, so a second thread halves it; one
 * is started only when there is work for it, since most trees are small.
 */
final class WalkQueue<T> {
  /** More only get in each other's way in the kernel's directory cache. */
  private static final int MOST_HELPERS = 3;

  /** Pieces that have to wait before another thread is worth its start. */
  private static final int WORTH_A_THREAD = 8;

  /** Does one piece, and may {@link #add} others. */
  @FunctionalInterface
  interface Work<T> {
    void accept(T piece) throws IOException;
  }

  private final Work<T> work;
  private final int helpersAllowed =
      Math.min(MOST_HELPERS, Runtime.getRuntime().availableProcessors() - 1);
  private final List<Thread> helpers = new ArrayList<>();
  private final Deque<T> waiting = new ArrayDeque<>();
  private int unfinished;
  private @Nullable Throwable failure;

  WalkQueue(Work<T> work) {
    this.work = work;
  }

  synchronized void add(T piece) {
    waiting.push(piece);
    unfinished++;
    notify();
    if (waiting.size() > WORTH_A_THREAD && helpers.size() < helpersAllowed) {
      Thread helper = new Thread(this::work, "walk");
      helper.setDaemon(true);
      helpers.add(helper);
      helper.start();
    }
  }

  /**
   * Works until nothing is left, with the caller's thread and others; none of them is there any
   * more when it returns.
   *
   * @throws IOException the first that a piece of work threw; no other was begun after it
   */
  void run() throws IOException {
    work();
    boolean interrupted = false;
    for (Thread helper : startedHelpers()) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true; // they end soon, and use descriptors that the caller will close
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("walk: interrupted");
    }
    throwFailure();
  }

  private void work() {
    for (T piece = take(); piece != null; piece = take()) {
      try {
        work.accept(piece);
        done();
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
      }
    }
  }

  private synchronized @Nullable T take() {
    boolean interrupted = false;
    while (waiting.isEmpty() && unfinished > 0 && failure == null) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // whoever has the piece that is missed goes on, too
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return failure == null ? waiting.poll() : null;
  }

  private synchronized void done() {
    unfinished--;
    if (unfinished == 0) {
      notifyAll();
    }
  }

  private synchronized void fail(Throwable why) {
    if (failure == null) {
      failure = why;
    }
    notifyAll();
  }

  private synchronized List<Thread> startedHelpers() {
    return List.copyOf(helpers);
  }

  private synchronized void throwFailure() throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }
}
