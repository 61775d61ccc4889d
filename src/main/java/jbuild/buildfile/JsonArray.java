package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of an argument (RFC 8259). Text that is no JSON array is not an error but the shell
 * form; an array that holds anything but strings is one.
 */
final class JsonArray {
  /** As deep as Go's encoding/json goes before it calls the text invalid. */
  private static final int MAX_DEPTH = 10_000;

  private final LogicalLine line;
  private final String text;
  private final List<Word> words = new ArrayList<>();
  private final int end;
  private int at;
  private int firstNonString = -1;

  private JsonArray(LogicalLine line, int from, int end) {
    this.line = line;
    this.text = line.text();
    this.end = end;
    this.at = from;
  }

  /** Reads the part of the line from {@code from} to {@code end}; null if it is no JSON array. */
  static @Nullable JsonArray read(LogicalLine line, int from, int end) {
    int start = Spaces.skip(line.text(), from);
    if (start >= end || line.text().charAt(start) != '[') {
      return null;
    }
    JsonArray array = new JsonArray(line, start, end);
    return array.readElements() ? array : null;
  }

  List<Word> words() {
    return words;
  }

  /** Where the first element stands that is not a string; -1 if there is none. */
  int firstNonString() {
    return firstNonString;
  }

  private boolean readElements() {
    at++;
    skipBlanks();
    if (peek() == ']') {
      at++;
      return atEnd();
    }
    while (true) {
      skipBlanks();
      int start = at;
      if (peek() == '"') {
        String value = readString();
        if (value == null) {
          return false;
        }
        words.add(new Word(value, line.range(start, at)));
      } else {
        if (firstNonString < 0) {
          firstNonString = start;
        }
        if (!skipValue()) {
          return false;
        }
      }
      skipBlanks();
      int c = peek();
      at++;
      if (c == ']') {
        return atEnd();
      }
      if (c != ',') {
        return false;
      }
    }
  }

  private boolean atEnd() {
    skipBlanks();
    return at >= end;
  }

  /** Skips any value; iterative, so that nesting costs no stack. */
  private boolean skipValue() {
    StringBuilder open = new StringBuilder();
    do {
      skipBlanks();
      int c = peek();
      if (c == '[' || c == '{') {
        if (open.length() == MAX_DEPTH) {
          return false;
        }
        open.append((char) c);
        at++;
        skipBlanks();
        boolean empty = peek() == (c == '[' ? ']' : '}');
        if (!empty) {
          if (c == '{' && !skipName()) {
            return false;
          }
          continue;
        }
      } else if (!skipScalar()) {
        return false;
      }
      if (!closeAndStep(open)) {
        return false;
      }
    } while (open.length() > 0);
    return true;
  }

  /** After a value: closes what ends here, then steps over the comma to the next value. */
  private boolean closeAndStep(StringBuilder open) {
    while (open.length() > 0) {
      boolean array = open.charAt(open.length() - 1) == '[';
      skipBlanks();
      int c = peek();
      at++;
      if (c == ',') {
        return array || skipName();
      }
      if (c != (array ? ']' : '}')) {
        return false;
      }
      open.setLength(open.length() - 1);
    }
    return true;
  }

  private boolean skipName() {
    skipBlanks();
    if (peek() != '"' || readString() == null) {
      return false;
    }
    skipBlanks();
    boolean colon = peek() == ':';
    at++;
    return colon;
  }

  private boolean skipScalar() {
    int c = peek();
    if (c == '"') {
      return readString() != null;
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
      return skipNumber();
    }
    for (String literal : List.of("true", "false", "null")) {
      if (text.startsWith(literal, at)) {
        at += literal.length();
        return true;
      }
    }
    return false;
  }

  private boolean skipNumber() {
    if (peek() == '-') {
      at++;
    }
    boolean zero = peek() == '0';
    int digits = skipDigits();
    if (digits == 0 || (zero && digits > 1)) {
      return false;
    }
    if (peek() == '.') {
      at++;
      if (skipDigits() == 0) {
        return false;
      }
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      return skipDigits() > 0;
    }
    return true;
  }

  private int skipDigits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at - start;
  }

  /** The string at the quote, or null; lone surrogates become U+FFFD as in Go. */
  private @Nullable String readString() {
    StringBuilder value = new StringBuilder();
    at++;
    while (at < end) {
      char c = text.charAt(at);
      at++;
      if (c == '"') {
        return replaceLoneSurrogates(value);
      }
      int character = c == '\\' ? unescape() : c;
      if (character < 0 || c < ' ') {
        return null;
      }
      value.append((char) character);
    }
    return null;
  }

  /** Reads what follows a backslash: the character that it stands for, or -1. */
  private int unescape() {
    int c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unescapeHex();
      default -> -1;
    };
  }

  private int unescapeHex() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int c = peek();
      at++;
      int digit = c < 0 || c > 'f' ? -1 : Character.digit(c, 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private static String replaceLoneSurrogates(StringBuilder value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean paired =
          Character.isHighSurrogate(c)
              ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
              : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
      if (Character.isSurrogate(c) && !paired) {
        value.setCharAt(i, '\ufffd');
      }
    }
    return value.toString();
  }

  private void skipBlanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      at++;
    }
  }

  private int peek() {
    return at < end ? text.charAt(at) : -1;
  }
}
