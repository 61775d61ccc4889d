package jbuild.step;

import java.io.IOException;
import java.util.List;
import jbuild.sandbox.ExitStatus;

/** The command of a RUN ended badly. */
public final class RunFailedException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient ExitStatus status;
  private final transient List<String> lastLines;

  RunFailedException(ExitStatus status, String inWords, List<String> lastLines) {
    super("RUN " + inWords);
    this.status = status;
    this.lastLines = List.copyOf(lastLines);
  }

  public ExitStatus status() {
    return status;
  }

  /** The end of what it printed. */
  public List<String> lastLines() {
    return lastLines;
  }
}
