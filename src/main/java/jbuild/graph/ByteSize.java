package jbuild.graph;

import java.util.Locale;
import jbuild.buildfile.SyntaxException;

/** Sizes as docker reads them: {@code 65536}, {@code 512m}, {@code 1.5GiB}; units are binary. */
final class ByteSize {
  private static final String UNITS = "kmgtp";
  private static final int MAX_LENGTH = 32;

  private ByteSize() {}

  static long parse(String text) throws SyntaxException {
    String number = text.strip().toLowerCase(Locale.ROOT);
    if (number.endsWith("ib")) {
      number = number.substring(0, number.length() - 2);
    } else if (number.endsWith("b")) {
      number = number.substring(0, number.length() - 1);
    }
    long factor = 1;
    int unit = number.isEmpty() ? -1 : UNITS.indexOf(number.charAt(number.length() - 1));
    if (unit >= 0) {
      factor = 1L << (10 * (unit + 1));
      number = number.substring(0, number.length() - 1).strip();
    }
    double bytes = isNumber(number) ? Double.parseDouble(number) * factor : -1;
    if (bytes < 0 || bytes >= 0x1p63) {
      throw new SyntaxException("not a size: " + text + " (use bytes, or a number with k, m or g)");
    }
    return (long) bytes;
  }

  private static boolean isNumber(String text) {
    int digits = 0;
    int points = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      points += c == '.' ? 1 : 0;
      digits += c >= '0' && c <= '9' ? 1 : 0;
    }
    return digits > 0 && points <= 1 && digits + points == text.length() && digits < MAX_LENGTH;
  }
}
