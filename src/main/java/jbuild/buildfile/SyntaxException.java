package jbuild.buildfile;

import org.jspecify.annotations.Nullable;

/**
 * A text that is not in one of the small languages (shell words, patterns, durations). It knows no
 * position: whoever knows which word it was turns it into a {@link BuildfileException}.
 */
public final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String variable;

  public SyntaxException(String message) {
    this(message, null);
  }

  /**
   * @param variable the one that has to be set and is not
   */
  SyntaxException(String message, @Nullable String variable) {
    super(message);
    this.variable = variable;
  }

  /** The variable that has to be set and is not; null when that is not the problem. */
  public @Nullable String variable() {
    return variable;
  }
}
