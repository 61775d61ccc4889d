package jbuild.buildfile;

/** Durations as Go's time.ParseDuration reads them: {@code 300ms}, {@code 1.5h}, {@code 2h45m}. */
public final class GoDuration {
  private GoDuration() {}

  /** Nanoseconds. */
  public static long parse(String text) throws SyntaxException {
    int at = 0;
    boolean negative = false;
    if (!text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+')) {
      negative = text.charAt(0) == '-';
      at = 1;
    }
    if (text.substring(at).equals("0")) {
      return 0;
    }
    if (at == text.length()) {
      throw invalid(text);
    }
    double total = 0;
    while (at < text.length()) {
      int numberEnd = at;
      int digits = 0;
      while (numberEnd < text.length() && isNumberPart(text.charAt(numberEnd))) {
        digits += text.charAt(numberEnd) == '.' ? 0 : 1;
        numberEnd++;
      }
      int unitEnd = numberEnd;
      while (unitEnd < text.length() && !isNumberPart(text.charAt(unitEnd))) {
        unitEnd++;
      }
      String number = text.substring(at, numberEnd);
      if (digits == 0 || digits > 18 || number.indexOf('.') != number.lastIndexOf('.')) {
        throw invalid(text);
      }
      total += Double.parseDouble(number) * unit(text, text.substring(numberEnd, unitEnd));
      at = unitEnd;
    }
    if (total >= 0x1p63) {
      throw invalid(text);
    }
    long nanoseconds = Math.round(total);
    return negative ? -nanoseconds : nanoseconds;
  }

  private static boolean isNumberPart(char c) {
    return c == '.' || (c >= '0' && c <= '9');
  }

  private static double unit(String text, String unit) throws SyntaxException {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "\u00b5s", "\u03bcs" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      default -> throw invalid(text);
    };
  }

  private static SyntaxException invalid(String text) {
    return new SyntaxException("invalid duration: " + text);
  }
}
