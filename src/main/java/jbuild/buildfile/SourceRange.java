package jbuild.buildfile;

/**
 * A stretch of the build file. Lines and columns count from 1, columns in UTF-16 units; the end
 * column is the one after the last character.
 *
 * @param file which of the texts that make up the build file: 0 is the file itself, the others are
 *     what it includes, in the order of their INCLUDEs; {@link Buildfile} knows them by this number
 */
public record SourceRange(int file, int startLine, int startColumn, int endLine, int endColumn) {
  public SourceRange {
    if (file < 0 || startLine < 1 || startColumn < 1 || endLine < startLine || endColumn < 1) {
      throw new IllegalArgumentException(
          "range " + startLine + ":" + startColumn + "-" + endLine + ":" + endColumn);
    }
  }

  /** In the file itself. */
  public SourceRange(int startLine, int startColumn, int endLine, int endColumn) {
    this(0, startLine, startColumn, endLine, endColumn);
  }

  /** {@code 3:1}, the form positions have in messages. */
  @Override
  public String toString() {
    return startLine + ":" + startColumn;
  }
}
