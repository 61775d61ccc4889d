package jbuild.buildfile;

import java.util.List;

/**
 * Texts as Go's fmt package prints them. BuildKit writes image history with it, and image history
 * that differs in a quote is noise in every comparison of two builders.
 */
public final class GoText {
  private GoText() {}

  /** {@code %q} of a string (strconv.Quote). */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> appendQuoted(quoted, c));
    return quoted.append('"').toString();
  }

  /** {@code %q} of a slice of strings: {@code ["a" "b"]}. */
  public static String quote(List<String> texts) {
    StringBuilder quoted = new StringBuilder("[");
    for (int i = 0; i < texts.size(); i++) {
      quoted.append(i == 0 ? "" : " ").append(quote(texts.get(i)));
    }
    return quoted.append(']').toString();
  }

  /** {@code %v} of a slice of strings: {@code [a b]}. */
  public static String list(List<String> texts) {
    return "[" + String.join(" ", texts) + "]";
  }

  /** time.Duration.String: {@code 1m30s}, {@code 1.5s}, {@code 10ms}, {@code 0s}. */
  public static String duration(long nanoseconds) {
    if (nanoseconds == 0) {
      return "0s";
    }
    if (nanoseconds < 1_000) {
      return nanoseconds + "ns";
    }
    if (nanoseconds < 1_000_000) {
      return fraction(nanoseconds, 1_000) + "\u00b5s";
    }
    if (nanoseconds < 1_000_000_000) {
      return fraction(nanoseconds, 1_000_000) + "ms";
    }
    long minutes = nanoseconds / 60_000_000_000L;
    String seconds = fraction(nanoseconds % 60_000_000_000L, 1_000_000_000) + "s";
    if (minutes == 0) {
      return seconds;
    }
    String hours = minutes < 60 ? "" : minutes / 60 + "h";
    return hours + minutes % 60 + "m" + seconds;
  }

  /** The value in units, with as many decimals as it needs. */
  private static String fraction(long value, long unit) {
    long rest = value % unit;
    if (rest == 0) {
      return Long.toString(value / unit);
    }
    String decimals = Long.toString(unit + rest).substring(1);
    int end = decimals.length();
    while (decimals.charAt(end - 1) == '0') {
      end--;
    }
    return value / unit + "." + decimals.substring(0, end);
  }

  private static void appendQuoted(StringBuilder quoted, int c) {
    switch (c) {
      case '"', '\\' -> quoted.append('\\').append((char) c);
      case 0x07 -> quoted.append("\\a");
      case '\b' -> quoted.append("\\b");
      case '\f' -> quoted.append("\\f");
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      case 0x0b -> quoted.append("\\v");
      default -> {
        if (isPrintable(c)) {
          quoted.appendCodePoint(c);
        } else if (c < ' ' || c == 0x7f) {
          hex(quoted.append("\\x"), c, 2);
        } else {
          boolean isShort = c < 0x10000;
          hex(quoted.append(isShort ? "\\u" : "\\U"), c, isShort ? 4 : 8);
        }
      }
    }
  }

  private static void hex(StringBuilder text, int value, int digits) {
    String hex = Integer.toHexString(value);
    text.append("0".repeat(digits - hex.length())).append(hex);
  }

  /** unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
  private static boolean isPrintable(int c) {
    if (c == ' ') {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
