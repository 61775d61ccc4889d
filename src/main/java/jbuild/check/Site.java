package jbuild.check;

import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.Word;
import org.jspecify.annotations.Nullable;

/**
 * An instruction that is looked at.
 *
 * @param config the rules that are on here
 * @param comments those before it
 */
record Site(
    Buildfile buildfile,
    Instruction instruction,
    CheckConfig config,
    List<String> comments,
    Report report) {

  void warn(Rule rule, String message) {
    warn(rule, range(), message, null);
  }

  void warn(Rule rule, SourceRange range, String message, @Nullable String hint) {
    report.add(config, rule, range, message, hint);
  }

  boolean isOn(Rule rule) {
    return config.allows(rule);
  }

  SourceRange range() {
    return instruction.origin().range();
  }

  /** The keyword as it is written. */
  String keyword() {
    String text = instruction.origin().text();
    int length = Math.min(instruction.origin().keyword().length(), text.length());
    return text.substring(0, length);
  }

  /**
   * The word's place if the instruction begins on its line, else the instruction's: BuildKit counts
   * a finding to the line of the instruction.
   */
  SourceRange at(Word word) {
    return word.range().startLine() == range().startLine() ? word.range() : range();
  }

  /** A line of the file that the instruction stands in. */
  String line(int number) {
    return buildfile.line(part(number, 1, 0));
  }

  /** A stretch of a line of that file. */
  SourceRange part(int line, int column, int length) {
    return new SourceRange(range().file(), line, column, line, column + length);
  }

  /** The keyword's place. */
  SourceRange keywordRange() {
    return part(range().startLine(), range().startColumn(), keyword().length());
  }

  /**
   * Where a word first stands inside the instruction, comments left out; the instruction itself if
   * it does not.
   */
  SourceRange locate(String text) {
    for (int line = range().startLine(); line <= range().endLine(); line++) {
      String written = line(line);
      int column = written.stripLeading().startsWith("#") ? -1 : indexOfWord(written, text);
      if (column >= 0) {
        return part(line, column + 1, text.length());
      }
    }
    return range();
  }

  private static int indexOfWord(String line, String word) {
    int at = line.indexOf(word);
    while (at >= 0) {
      int end = at + word.length();
      boolean starts = at == 0 || isBoundary(line.charAt(at - 1));
      if (starts && (end == line.length() || isBoundary(line.charAt(end)))) {
        return at;
      }
      at = line.indexOf(word, at + 1);
    }
    return -1;
  }

  private static boolean isBoundary(char c) {
    return !Character.isLetterOrDigit(c) && c != '-' && c != '_';
  }
}
