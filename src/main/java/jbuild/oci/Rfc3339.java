package jbuild.oci;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Times as image documents hold them (RFC 3339 section 5.6), written as Go's {@code RFC3339Nano}
 * does: UTC, as many digits after the point as are needed, none for whole seconds. By hand, since
 * {@code java.time.format} costs more to load than a cached build has time for.
 */
public final class Rfc3339 {
  private Rfc3339() {}

  /** Formats a time in years 0 to 9999. */
  public static String format(Instant time) {
    long seconds = time.getEpochSecond();
    int nanos = time.getNano();
    LocalDateTime utc = LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
    if (utc.getYear() < 0 || utc.getYear() > 9999) {
      throw new IllegalArgumentException("RFC 3339 cannot hold the year " + utc.getYear());
    }
    StringBuilder text = new StringBuilder(30);
    digits(text, utc.getYear(), 4);
    digits(text.append('-'), utc.getMonthValue(), 2);
    digits(text.append('-'), utc.getDayOfMonth(), 2);
    digits(text.append('T'), utc.getHour(), 2);
    digits(text.append(':'), utc.getMinute(), 2);
    digits(text.append(':'), utc.getSecond(), 2);
    if (nanos != 0) {
      digits(text.append('.'), nanos, 9);
      while (text.charAt(text.length() - 1) == '0') {
        text.setLength(text.length() - 1);
      }
    }
    return text.append('Z').toString();
  }

  private static void digits(StringBuilder text, int value, int width) {
    String plain = Integer.toString(value);
    for (int i = plain.length(); i < width; i++) {
      text.append('0');
    }
    text.append(plain);
  }

  /** Reads a time; digits beyond nanoseconds are dropped. */
  public static Instant parse(String text) throws OciFormatException {
    try {
      return parseChecked(text);
    } catch (IndexOutOfBoundsException | NumberFormatException | DateTimeException e) {
      throw new OciFormatException("time: " + text + ": not of RFC 3339's form", e);
    }
  }

  /** Reads the present value as a time, whose text is kept as it is; null when it is null. */
  static @Nullable String read(JsonReader in) throws OciFormatException {
    String text = in.string();
    if (text != null) {
      try {
        parse(text);
      } catch (OciFormatException e) {
        throw in.error(e.getMessage());
      }
    }
    return text;
  }

  private static Instant parseChecked(String text) {
    expect(text, 4, '-');
    expect(text, 7, '-');
    expect(text, 10, 'T');
    expect(text, 13, ':');
    expect(text, 16, ':');
    int at = 19;
    int nanos = 0;
    if (text.charAt(at) == '.') {
      int from = ++at;
      while (isDigit(text.charAt(at))) {
        if (at - from < 9) {
          nanos = nanos * 10 + (text.charAt(at) - '0');
        }
        at++;
      }
      if (at == from) {
        throw new NumberFormatException("no digit after the point");
      }
      for (int i = at - from; i < 9; i++) {
        nanos *= 10;
      }
    }
    LocalDateTime local =
        LocalDateTime.of(
            number(text, 0, 4),
            number(text, 5, 7),
            number(text, 8, 10),
            number(text, 11, 13),
            number(text, 14, 16),
            number(text, 17, 19),
            nanos);
    return local.toInstant(offset(text, at));
  }

  private static ZoneOffset offset(String text, int at) {
    char sign = text.charAt(at);
    if (sign == 'Z') {
      if (at + 1 != text.length()) {
        throw new NumberFormatException("more after the Z");
      }
      return ZoneOffset.UTC;
    }
    expect(text, at + 3, ':');
    if ((sign != '+' && sign != '-') || at + 6 != text.length()) {
      throw new NumberFormatException("no offset");
    }
    int minutes = number(text, at + 1, at + 3) * 60 + number(text, at + 4, at + 6);
    return ZoneOffset.ofTotalSeconds((sign == '-' ? -minutes : minutes) * 60);
  }

  private static int number(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i))) {
        throw new NumberFormatException("not a digit");
      }
    }
    return Integer.parseInt(text, from, to, 10);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static void expect(String text, int at, char c) {
    if (text.charAt(at) != c) {
      throw new NumberFormatException("no " + c);
    }
  }
}
