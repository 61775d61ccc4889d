package jbuild.buildfile;

/**
 * A stretch of the build file. Lines and columns count from 1, columns in UTF-16 units; the end
 * column is the one after the last character.
 */
public record SourceRange(int startLine, int startColumn, int endLine, int endColumn) {
  public SourceRange {
    if (startLine < 1 || startColumn < 1 || endLine < startLine || endColumn < 1) {
      throw new IllegalArgumentException(
          "range " + startLine + ":" + startColumn + "-" + endLine + ":" + endColumn);
    }
  }

  /** {@code 3:1}, the form positions have in messages. */
  @Override
  public String toString() {
    return startLine + ":" + startColumn;
  }
}
