package jbuild.cli;

import java.time.Duration;
import jbuild.progress.BuildEvent.Outcome;
import jbuild.progress.BuildEvent.Step;
import jbuild.progress.BuildEvent.StepFinished;

/** How a step is written on one line. */
final class StepLine {
  private static final int TEXT_WIDTH = 60;

  private StepLine() {}

  static String head(Step step) {
    return head(step, Integer.MAX_VALUE);
  }

  private static String head(Step step, int width) {
    String position = step.number() + "/" + step.total();
    String stage = step.stage() == null ? "" : step.stage() + " ";
    String text = step.text();
    if (text.length() > width) {
      text = text.substring(0, width - 1) + "…";
    }
    return "[" + stage + position + "] " + text;
  }

  static String finished(StepFinished finished) {
    String head = head(finished.step(), TEXT_WIDTH);
    if (finished.outcome() == Outcome.CONFIG) {
      return head;
    }
    String time =
        finished.outcome() == Outcome.CACHED ? "cached" : Amounts.duration(finished.time());
    StringBuilder line = new StringBuilder(head);
    pad(line, TEXT_WIDTH + 8);
    line.append(" ".repeat(Math.max(1, 8 - time.length()))).append(time);
    if (finished.bytes() >= 0) {
      String bytes = Amounts.bytes(finished.bytes());
      line.append(" ".repeat(Math.max(2, 9 - bytes.length()))).append(bytes);
    }
    return line.toString();
  }

  static String waiting(Step step) {
    return head(step, TEXT_WIDTH) + "  waits for another build that does the same step";
  }

  static String running(Step step, Duration time) {
    return head(step, TEXT_WIDTH) + "  " + Amounts.duration(time);
  }

  private static void pad(StringBuilder line, int width) {
    while (line.length() < width) {
      line.append(' ');
    }
  }
}
