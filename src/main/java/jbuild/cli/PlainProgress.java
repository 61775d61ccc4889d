package jbuild.cli;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import jbuild.progress.BuildEvent;
import jbuild.progress.BuildEvent.Step;
import jbuild.progress.ProgressListener;

/**
 * A line a step, with its time, its bytes and a cache mark; what a step prints comes below its
 * line, indented. For logs and pipes: nothing is ever overwritten.
 */
final class PlainProgress implements ProgressListener {
  private final PrintStream out;
  private final Map<Step, LineIndenter> talking = new HashMap<>();

  PlainProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void on(BuildEvent event) {
    if (event instanceof BuildEvent.StepOutput output) {
      output(output);
    } else if (event instanceof BuildEvent.StepWaiting waiting) {
      out.println(StepLine.waiting(waiting.step()));
    } else if (event instanceof BuildEvent.StepFinished finished) {
      endTalk(finished.step());
      out.println(StepLine.finished(finished));
    } else if (event instanceof BuildEvent.StepFailed failed) {
      endTalk(failed.step());
    } else if (event instanceof BuildEvent.Warning warning) {
      out.println("warning: " + warning.message());
    }
    out.flush();
  }

  private void endTalk(Step step) {
    LineIndenter talk = talking.remove(step);
    if (talk != null) {
      talk.end();
    }
  }

  private void output(BuildEvent.StepOutput output) {
    LineIndenter talk = talking.get(output.step());
    if (talk == null) {
      out.println(StepLine.head(output.step()));
      talk = new LineIndenter(out);
      talking.put(output.step(), talk);
    }
    talk.write(output.bytes(), output.length());
  }
}
