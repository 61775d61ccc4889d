package jbuild.buildfile;

/**
 * A text that is not in one of the small languages (shell words, patterns, durations). It knows no
 * position: whoever knows which word it was turns it into a {@link BuildfileException}.
 */
public final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  public SyntaxException(String message) {
    super(message);
  }
}
