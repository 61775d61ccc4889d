package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of {@link ShellWords} over one text, a recursive descent by code points. */
final class ShellLexer {
  private static final int END = -1;

  private final ShellWords rules;
  private final String text;
  private final Variables variables;
  private int at;
  private int depth;
  private boolean keepEscapes;

  ShellLexer(ShellWords rules, String text, Variables variables) {
    this.rules = rules;
    this.text = text;
    this.variables = variables;
    this.keepEscapes = rules.keepsEscapes();
  }

  Result run() throws SyntaxException {
    Result result = new Result();
    readUntil(END, result);
    return result;
  }

  /** The text as a whole and as words, built side by side. */
  static final class Result {
    private final StringBuilder whole = new StringBuilder();
    private final StringBuilder word = new StringBuilder();
    private final List<String> words = new ArrayList<>();

    String text() {
      return whole.toString();
    }

    int length() {
      return whole.length();
    }

    List<String> words() {
      endWord();
      return words;
    }

    private void endWord() {
      if (word.length() > 0) {
        words.add(word.toString());
        word.setLength(0);
      }
    }

    private void add(int c, boolean literal) throws SyntaxException {
      whole.appendCodePoint(c);
      if (!literal && c < 0x10000 && Spaces.isSpace((char) c)) {
        endWord();
      } else {
        word.appendCodePoint(c);
      }
      checkLength();
    }

    private void addLiteral(String part) throws SyntaxException {
      whole.append(part);
      word.append(part);
      checkLength();
    }

    /** The value of a variable outside quotes: its blanks end words. */
    private void addSplit(String part) throws SyntaxException {
      whole.append(part);
      for (int i = 0; i < part.length(); i++) {
        if (Spaces.isSpace(part.charAt(i))) {
          endWord();
        } else {
          word.append(part.charAt(i));
        }
      }
      checkLength();
    }

    private void checkLength() throws SyntaxException {
      if (whole.length() > Limits.EXPANSION_LENGTH) {
        throw new SyntaxException("result longer than " + Limits.EXPANSION_LENGTH + " characters");
      }
    }
  }

  /** Reads to the stop character, which is consumed, or to the end of the text. */
  private void readUntil(int stop, Result result) throws SyntaxException {
    while (peek() != END) {
      int c = peek();
      if (c == stop) {
        next();
        return;
      }
      if (c == '$') {
        result.addSplit(substitution());
      } else if (c == '<') {
        result.addLiteral(lessThan());
      } else if (c == '\'' && !rules.hasPlainQuotes()) {
        result.addLiteral(singleQuoted());
      } else if (c == '"' && !rules.hasPlainQuotes()) {
        result.addLiteral(doubleQuoted());
      } else {
        next();
        if (c != rules.escape()) {
          result.add(c, false);
          continue;
        }
        if (keepEscapes) {
          result.add(c, true);
        }
        // The escape character as the very last one escapes nothing and vanishes.
        if (peek() != END) {
          result.add(next(), true);
        }
      }
    }
    if (stop != END) {
      throw new SyntaxException("missing '" + Character.toString(stop) + "'");
    }
  }

  /** Reads an operand of a substitution. */
  private String operand(int stop, boolean raw) throws SyntaxException {
    boolean before = keepEscapes;
    keepEscapes = raw;
    Result result = new Result();
    readUntil(stop, result);
    keepEscapes = before;
    return result.text();
  }

  private String singleQuoted() throws SyntaxException {
    int close = text.indexOf('\'', at + 1);
    if (close < 0) {
      throw new SyntaxException("missing the closing single quote");
    }
    String quoted =
        rules.keepsQuotes() ? text.substring(at, close + 1) : text.substring(at + 1, close);
    at = close + 1;
    return quoted;
  }

  private String doubleQuoted() throws SyntaxException {
    StringBuilder quoted = new StringBuilder();
    next();
    if (rules.keepsQuotes()) {
      quoted.append('"');
    }
    while (true) {
      int c = peek();
      if (c == END) {
        throw new SyntaxException("missing the closing double quote");
      }
      if (c == '$') {
        quoted.append(substitution());
        continue;
      }
      next();
      if (c == '"') {
        return rules.keepsQuotes() ? quoted.append('"').toString() : quoted.toString();
      }
      if (c == rules.escape()) {
        if (keepEscapes) {
          quoted.appendCodePoint(c);
        }
        int escaped = peek();
        if (escaped == END) {
          continue;
        }
        // Inside double quotes only these can be escaped; before others the character is plain.
        if (escaped == '"' || escaped == '$' || escaped == rules.escape()) {
          c = next();
        }
      }
      quoted.appendCodePoint(c);
    }
  }

  private String substitution() throws SyntaxException {
    next();
    if (peek() != '{') {
      String name = name();
      if (name.isEmpty()) {
        return "$";
      }
      String value = variables.get(name);
      return value != null ? value : rules.keepsUnset() ? "$" + name : "";
    }
    next();
    if (peek() == END) {
      throw new SyntaxException("missing '}'");
    }
    if (peek() == '{' || peek() == '}' || peek() == ':') {
      throw new SyntaxException("bad substitution: ${" + Character.toString(peek()));
    }
    if (depth == Limits.NESTED_SUBSTITUTIONS) {
      throw new SyntaxException("substitutions nested too deep");
    }
    depth++;
    String value = braced(name());
    depth--;
    return value;
  }

  private String braced(String name) throws SyntaxException {
    int operator = next();
    return switch (operator) {
      case '}' -> {
        String value = variables.get(name);
        yield value != null ? value : rules.keepsUnset() ? "${" + name + "}" : "";
      }
      case ':' -> conditional(name, ":", next());
      case '-', '+', '?' -> conditional(name, "", operator);
      case '#', '%' -> trimmed(name, operator);
      case '/' -> replaced(name);
      case END -> throw new SyntaxException("missing '}'");
      default -> throw unsupported(Character.toString(operator));
    };
  }

  private String conditional(String name, String colon, int operator) throws SyntaxException {
    if (operator == END) {
      throw new SyntaxException("missing '}'");
    }
    String symbol = colon + Character.toString(operator);
    if (operator != '-' && operator != '+' && operator != '?') {
      throw unsupported(symbol);
    }
    String word = operand('}', false);
    String value = variables.get(name);
    if (value == null && rules.keepsUnset()) {
      return "${" + name + symbol + word + "}";
    }
    boolean missing = value == null || (!colon.isEmpty() && value.isEmpty());
    if (operator == '+') {
      return missing ? "" : word;
    }
    if (!missing && value != null) {
      return value;
    }
    if (operator == '-') {
      return word;
    }
    String why = value == null ? "is not allowed to be unset" : "is not allowed to be empty";
    throw new SyntaxException(
        name + ": " + (word.isEmpty() ? why : word), value == null ? name : null);
  }

  private String trimmed(String name, int operator) throws SyntaxException {
    String operand = operand('}', true);
    String value = variables.get(name);
    String symbol = Character.toString(operator);
    if (value == null && rules.keepsUnset()) {
      return "${" + name + symbol + operand + "}";
    }
    boolean longest = operand.startsWith(symbol);
    ShellPattern pattern = ShellPattern.compile(longest ? operand.substring(1) : operand);
    String subject = orEmpty(value);
    return operator == '#'
        ? pattern.withoutPrefix(subject, longest)
        : pattern.withoutSuffix(subject, longest);
  }

  private String replaced(String name) throws SyntaxException {
    boolean every = peek() == '/';
    if (every) {
      next();
    }
    String operand = operand('/', true);
    String replacement = operand('}', true);
    String value = variables.get(name);
    if (value == null && rules.keepsUnset()) {
      return "${" + name + "/" + operand + "/" + replacement + "}";
    }
    return ShellPattern.compile(operand).replace(orEmpty(value), replacement, every);
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static SyntaxException unsupported(String operator) {
    return new SyntaxException("unsupported modifier in substitution: " + operator);
  }

  /** A name, digits, or one of the shell's special parameters, which are never set here. */
  private String name() {
    int start = at;
    int first = peek();
    if (first != END && Character.isDigit(first)) {
      while (peek() != END && Character.isDigit(peek())) {
        next();
      }
    } else if (first != END && "@*#?-$!".indexOf(first) >= 0) {
      next();
    } else {
      while (peek() == '_' || (peek() != END && Character.isLetterOrDigit(peek()))) {
        next();
      }
    }
    return text.substring(start, at);
  }

  /** {@code <<} takes the blanks behind it along, so that {@code << EOF} is one word. */
  private String lessThan() {
    int start = at;
    next();
    if (peek() == '<') {
      next();
      while (peek() == ' ' || peek() == '\t' || peek() == '\r') {
        next();
      }
    }
    return text.substring(start, at);
  }

  private int peek() {
    return at < text.length() ? text.codePointAt(at) : END;
  }

  private int next() {
    int c = peek();
    if (c != END) {
      at += Character.charCount(c);
    }
    return c;
  }
}
