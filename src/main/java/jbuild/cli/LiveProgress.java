package jbuild.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import jbuild.progress.BuildEvent;
import jbuild.progress.BuildEvent.Step;
import jbuild.progress.ProgressListener;

/**
 * The plain lines, and below them one line that lives: the running steps with the time they have
 * taken. The line is taken away before anything else is written, so a copied screen reads as a log.
 */
final class LiveProgress implements ProgressListener, AutoCloseable {
  private static final String ERASE_LINE = "\r\u001b[K";

  /**
   * A line that is wider than the terminal is cut there: of a wrapped one, the start would stay.
   */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";
  private static final long TICK_MILLIS = 100;

  private final PrintStream out;
  private final PlainProgress plain;

  /** Since when, by System.nanoTime(). */
  private final Map<Step, Long> running = new LinkedHashMap<>();

  private final Thread ticker;
  private boolean shown;
  private boolean lineOpen;
  private boolean closed;

  LiveProgress(PrintStream out) {
    this.out = out;
    this.plain = new PlainProgress(out);
    this.ticker = new Thread(this::tick, "progress");
    ticker.setDaemon(true);
    ticker.start();
  }

  @Override
  public synchronized void on(BuildEvent event) {
    if (event instanceof BuildEvent.StepStarted started) {
      running.put(started.step(), System.nanoTime());
      return;
    }
    erase();
    if (event instanceof BuildEvent.StepOutput output) {
      lineOpen = output.length() > 0 && output.bytes()[output.length() - 1] != '\n';
    } else {
      lineOpen = false;
    }
    if (event instanceof BuildEvent.StepWaiting waiting) {
      running.put(waiting.step(), System.nanoTime());
    } else if (event instanceof BuildEvent.StepFinished finished) {
      running.remove(finished.step());
    } else if (event instanceof BuildEvent.StepFailed failed) {
      running.remove(failed.step());
    }
    plain.on(event);
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(TICK_MILLIS);
        synchronized (this) {
          if (closed) {
            return;
          }
          draw();
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void draw() {
    // A program's unfinished line (a prompt, a progress bar) is not to be painted over.
    if (running.isEmpty() || lineOpen) {
      return;
    }
    Map.Entry<Step, Long> first = running.entrySet().iterator().next();
    Duration time = Duration.ofNanos(System.nanoTime() - first.getValue());
    String line = StepLine.running(first.getKey(), time);
    String others = running.size() > 1 ? "  (+" + (running.size() - 1) + " more)" : "";
    out.print(ERASE_LINE + NO_WRAP + line + others + WRAP);
    out.flush();
    shown = true;
  }

  private void erase() {
    if (shown) {
      out.print(ERASE_LINE);
      shown = false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    erase();
    out.flush();
    ticker.interrupt();
  }
}
