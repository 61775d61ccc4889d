package jbuild.buildfile;

import org.jspecify.annotations.Nullable;

/**
 * A build file that cannot be built, with the place that is to blame. {@link #getMessage} is one
 * line ({@code Buildfile:3:1: unknown instruction: RUNN (did you mean RUN?)}); {@link #render} adds
 * the source line with the place underlined.
 */
public final class BuildfileException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Longer source lines are cut round the place, so that a minified file cannot flood a terminal.
   */
  private static final int SHOWN_COLUMNS = 160;

  /** Longer messages are cut. */
  private static final int LONGEST_TEXT = 300;

  private final String file;
  private final transient @Nullable SourceRange range;
  private final String sourceLine;
  private final String problem;
  private final @Nullable String hint;

  BuildfileException(
      String file,
      @Nullable SourceRange range,
      String sourceLine,
      String problem,
      @Nullable String hint) {
    super(oneLine(file, range, shown(problem), hint == null ? null : shown(hint)));
    this.file = file;
    this.range = range;
    this.sourceLine = sourceLine;
    this.problem = shown(problem);
    this.hint = hint == null ? null : shown(hint);
  }

  public String file() {
    return file;
  }

  /** 0 when the file as a whole is to blame. */
  public int line() {
    return range == null ? 0 : range.startLine();
  }

  /** 0 when the file as a whole is to blame. */
  public int column() {
    return range == null ? 0 : range.startColumn();
  }

  public String sourceLine() {
    return sourceLine;
  }

  /** The message without position and hint. */
  public String problem() {
    return problem;
  }

  public @Nullable String hint() {
    return hint;
  }

  /** The message, the line and a row of carets, without a final line end. */
  public String render() {
    SourceRange place = range;
    if (place == null) {
      return oneLine(file, null, problem, hint);
    }
    int start = Math.min(place.startColumn() - 1, sourceLine.length());
    int end = place.endLine() > place.startLine() ? sourceLine.length() : place.endColumn() - 1;
    end = Math.max(start, Math.min(end, sourceLine.length()));
    int from = Math.max(0, start - SHOWN_COLUMNS / 2);
    int to = Math.min(sourceLine.length(), from + SHOWN_COLUMNS);
    String number = Integer.toString(place.startLine());
    String margin = " ".repeat(Math.max(0, 4 - number.length()));
    StringBuilder text = new StringBuilder(oneLine(file, place, problem, hint));
    text.append('\n').append(margin).append(number).append(" | ");
    appendVisible(text, from, to);
    text.append('\n').append(" ".repeat(margin.length() + number.length())).append(" | ");
    for (int i = from; i < start; i++) {
      // A tab stays a tab, so that the carets stand below what they point at.
      text.append(sourceLine.charAt(i) == '\t' ? '\t' : ' ');
    }
    return text.append("^".repeat(Math.max(1, Math.min(end, to) - start))).toString();
  }

  private void appendVisible(StringBuilder text, int from, int to) {
    for (int i = from; i < to; i++) {
      text.append(visible(sourceLine.charAt(i)));
    }
  }

  /** Control characters would let a hostile file drive the terminal. */
  private static char visible(char c) {
    return Character.isISOControl(c) && c != '\t' ? '\ufffd' : c;
  }

  /** Messages quote words of the file, which may be long or hold anything. */
  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), LONGEST_TEXT); i++) {
      shown.append(visible(text.charAt(i)));
    }
    return text.length() > LONGEST_TEXT ? shown.append("...").toString() : shown.toString();
  }

  private static String oneLine(
      String file, @Nullable SourceRange range, String problem, @Nullable String hint) {
    StringBuilder text = new StringBuilder(file).append(':');
    if (range != null) {
      text.append(range).append(':');
    }
    text.append(' ').append(problem);
    if (hint != null) {
      text.append(" (").append(hint).append(')');
    }
    return text.toString();
  }
}
