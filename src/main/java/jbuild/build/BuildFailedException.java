package jbuild.build;

import java.nio.file.Path;
import java.util.List;
import jbuild.buildfile.BuildfileException;
import org.jspecify.annotations.Nullable;

/**
 * A step failed: where in the Buildfile, how, the end of what it printed, and where all of it is.
 */
public final class BuildFailedException extends Exception {
  private static final long serialVersionUID = 1;

  private final BuildfileException place;
  private final transient List<String> lastLines;
  private final transient @Nullable Path log;

  BuildFailedException(
      BuildfileException place, List<String> lastLines, @Nullable Path log, Throwable cause) {
    super(place.getMessage(), cause);
    this.place = place;
    this.lastLines = List.copyOf(lastLines);
    this.log = log;
  }

  /** The message for people, several lines without a final line end. */
  public String render() {
    StringBuilder text = new StringBuilder(place.render());
    if (!lastLines.isEmpty()) {
      text.append("\nthe last lines of its output:");
      for (String line : lastLines) {
        text.append("\n  ").append(line);
      }
    }
    if (log != null) {
      text.append("\nthe whole output: ").append(log);
    }
    return text.toString();
  }
}
