package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a file into logical lines: comments and empty lines gone, continuations joined, parser
 * directives taken (reference, "Format" and "Parser directives").
 */
final class LineReader {
  private static final String STRICT_SHELL = "strict-shell";

  private final SourceText source;
  private final @Nullable Directives fixed;
  private final List<Warning> warnings = new ArrayList<>();
  private int next = 1;
  private boolean directivesMayFollow = true;
  private char escape = '\\';
  private boolean escapeSeen;
  private @Nullable String syntax;
  private @Nullable String check;
  private boolean strictShell;

  /** A file that has directives. */
  LineReader(SourceText source) {
    this.source = source;
    this.fixed = null;
  }

  /** A text that is part of another one: what its directives say must hold there already. */
  LineReader(SourceText source, Directives fixed) {
    this.source = source;
    this.fixed = fixed;
    this.escape = fixed.escape();
  }

  char escape() {
    return escape;
  }

  Directives directives() {
    return new Directives(escape, syntax, check, strictShell);
  }

  List<Warning> warnings() {
    return warnings;
  }

  /** The last line read so far. */
  int lastLine() {
    return next - 1;
  }

  /** The next instruction, or null at the end of the file. */
  @Nullable LogicalLine next() throws BuildfileException {
    while (next <= source.lines()) {
      String line = source.line(next);
      int start = Spaces.skip(line, 0);
      if (directivesMayFollow) {
        directivesMayFollow = takeDirective(line, start);
      }
      next++;
      if (start == line.length() || line.charAt(start) == '#') {
        continue;
      }
      return join(line, start);
    }
    return null;
  }

  /** A line of a here-document with its line end, or null at the end of the file. */
  @Nullable String nextRaw() {
    return next > source.lines() ? null : source.rawLine(next++);
  }

  private LogicalLine join(String first, int start) throws BuildfileException {
    LogicalLine.Builder builder = new LogicalLine.Builder(source);
    int end = continuationAt(first);
    builder.add(first.substring(start, end < 0 ? first.length() : end), next - 1, start + 1);
    while (end >= 0 && next <= source.lines()) {
      String line = source.line(next++);
      int content = Spaces.skip(line, 0);
      if (content == line.length()) {
        continue;
      }
      if (line.charAt(content) == '#') {
        continue;
      }
      end = continuationAt(line);
      // Blanks at the start of a continuation line are kept: they may be inside a string.
      builder.add(end < 0 ? line : line.substring(0, end), next - 1, 1);
      if (builder.length() > Limits.INSTRUCTION_LENGTH) {
        break;
      }
    }
    LogicalLine joined = builder.build();
    if (joined.text().length() > Limits.INSTRUCTION_LENGTH) {
      throw source.error(
          joined.range(0, 1),
          "instruction longer than " + Limits.INSTRUCTION_LENGTH + " characters",
          null);
    }
    return joined;
  }

  /**
   * The place of the continuation character: the escape character as the last one but blanks and
   * tabs, unless another stands before it. -1 if the line does not go on.
   */
  private int continuationAt(String line) {
    int last = line.length() - 1;
    while (last >= 0 && (line.charAt(last) == ' ' || line.charAt(last) == '\t')) {
      last--;
    }
    boolean continues =
        last >= 0 && line.charAt(last) == escape && (last == 0 || line.charAt(last - 1) != escape);
    return continues ? last : -1;
  }

  /** Takes {@code # name=value}; false for any other line, which ends the zone of directives. */
  private boolean takeDirective(String line, int start) throws BuildfileException {
    if (start == line.length() || line.charAt(start) != '#') {
      return false;
    }
    int nameStart = Spaces.skip(line, start + 1);
    int nameEnd = nameStart;
    while (nameEnd < line.length() && isNameCharacter(line.charAt(nameEnd), nameEnd > nameStart)) {
      nameEnd++;
    }
    int equals = Spaces.skip(line, nameEnd);
    if (equals < line.length() && line.charAt(equals) == ':') {
      return line.substring(nameStart, nameEnd).equalsIgnoreCase("jbuild")
          && takeOwnDirective(
              Spaces.trim(line.substring(equals + 1)),
              source.range(next, start + 1, next, line.length() + 1));
    }
    if (nameEnd == nameStart || equals == line.length() || line.charAt(equals) != '=') {
      return false;
    }
    String value = Spaces.trim(line.substring(equals + 1));
    if (value.isEmpty()) {
      return false;
    }
    SourceRange range = source.range(next, start + 1, next, line.length() + 1);
    String name = line.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
    switch (name) {
      case "escape" -> setEscape(value, range);
      case "syntax" -> {
        refuseSecond(name, syntax != null, range);
        syntax = value;
      }
      case "check" -> {
        refuseSecond(name, check != null, range);
        check = value;
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void setEscape(String value, SourceRange range) throws BuildfileException {
    refuseSecond("escape", escapeSeen, range);
    if (!value.equals("\\") && !value.equals("`")) {
      throw source.error(range, "invalid escape character: " + value, "it can be \\ or `");
    }
    if (fixed != null && fixed.escape() != value.charAt(0)) {
      throw source.error(
          range,
          "escape character of an included file: " + value,
          "it is that of the file that includes it, " + fixed.escape());
    }
    escapeSeen = true;
    escape = value.charAt(0);
  }

  /** {@code # jbuild: name}; what is not known stays the comment that it is to everybody else. */
  private boolean takeOwnDirective(String name, SourceRange range) throws BuildfileException {
    if (!name.equals(STRICT_SHELL)) {
      String hint = Suggestion.hint(name, List.of(STRICT_SHELL));
      warnings.add(
          new Warning(
              range,
              "unknown directive, taken for a comment: "
                  + name
                  + (hint == null ? "" : " (" + hint + ")")));
      return false;
    }
    if (fixed != null && !fixed.strictShell()) {
      throw source.error(
          range,
          STRICT_SHELL + " in an included file",
          "the file that includes it has to say it, for all of its RUNs");
    }
    refuseSecond(name, strictShell, range);
    strictShell = true;
    return true;
  }

  private void refuseSecond(String name, boolean seen, SourceRange range)
      throws BuildfileException {
    if (seen) {
      throw source.error(range, "parser directive given twice: " + name, null);
    }
  }

  private static boolean isNameCharacter(char c, boolean digitsToo) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (digitsToo && c >= '0' && c <= '9');
  }
}
