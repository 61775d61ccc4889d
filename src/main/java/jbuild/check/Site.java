package jbuild.check;

import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.Flag;
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
   * Where the program of a command stands inside the instruction, flags and comments left out; the
   * instruction itself if it is not found.
   */
  SourceRange locate(ShellCommand command) {
    String program = command.program();
    String before = command.upToProgram();
    int left = 0;
    for (int at = indexOfWord(before, program, 0); at >= 0; ) {
      left++;
      at = indexOfWord(before, program, at + 1);
    }
    List<Flag> flags = instruction.origin().flags();
    SourceRange flag = flags.isEmpty() ? keywordRange() : flags.get(flags.size() - 1).range();
    SourceRange found = range();
    int from = flag.endColumn() - 1;
    for (int line = flag.endLine(); line <= range().endLine(); line++) {
      String written = line(line);
      boolean comment = written.stripLeading().startsWith("#");
      int column = comment ? -1 : indexOfWord(written, program, from);
      while (column >= 0) {
        found = part(line, column + 1, program.length());
        if (--left <= 0) {
          return found;
        }
        column = indexOfWord(written, program, column + 1);
      }
      from = 0;
    }
    return found;
  }

  private static int indexOfWord(String line, String word, int from) {
    int at = word.isEmpty() ? -1 : line.indexOf(word, from);
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
