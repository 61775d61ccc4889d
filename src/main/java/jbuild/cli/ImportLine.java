package jbuild.cli;

import java.io.PrintStream;
import java.time.Duration;
import jbuild.base.ImportProgress;

/**
 * One line that lives on a terminal: how much of an import is done, and how long the rest takes.
 */
final class ImportLine implements AutoCloseable {
  private static final String ERASE_LINE = "\r\u001b[K";
  private static final long TICK_MILLIS = 200;
  private static final long NANOS = 1_000_000_000L;

  /** Before that much time and bytes, what is left is anyone's guess. */
  private static final long GUESS_AFTER = NANOS;

  private final PrintStream out;
  private final String what;
  private final ImportProgress progress;
  private final long begin = System.nanoTime();
  private final Thread ticker = new Thread(this::tick, "import progress");
  private boolean closed;

  private ImportLine(PrintStream out, String what, ImportProgress progress) {
    this.out = out;
    this.what = what;
    this.progress = progress;
  }

  /** Shows nothing where nobody looks. */
  static ImportLine start(Console console, String what, ImportProgress progress) {
    ImportLine line = new ImportLine(console.err(), what, progress);
    if (console.isTerminal()) {
      line.ticker.setDaemon(true);
      line.ticker.start();
    }
    return line;
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(TICK_MILLIS);
        synchronized (this) {
          if (closed) {
            return;
          }
          out.print(ERASE_LINE + text(what, progress, System.nanoTime() - begin));
          out.flush();
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code import x.iso 123MB of 400MB 2.50s left}. */
  static String text(String what, ImportProgress progress, long nanos) {
    long done = progress.done();
    long total = progress.total();
    StringBuilder text = new StringBuilder(what);
    if (total > 0) {
      text.append("   ").append(Amounts.bytes(done)).append(" of ").append(Amounts.bytes(total));
    }
    if (nanos >= GUESS_AFTER && done > 0 && done < total) {
      double perByte = (double) nanos / done;
      Duration left = Duration.ofNanos((long) (perByte * (total - done)));
      text.append("   ").append(Amounts.duration(left)).append(" left");
    }
    return text.toString();
  }

  @Override
  public synchronized void close() {
    if (!closed && ticker.isAlive()) {
      out.print(ERASE_LINE);
      out.flush();
      ticker.interrupt();
    }
    closed = true;
  }
}
