package jbuild.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import jbuild.arguments.UsageException;
import jbuild.oci.OciFormatException;
import jbuild.oci.Rfc3339;
import org.jspecify.annotations.Nullable;

/** Sizes, ages and durations in the words of docker's tables; and options that give sizes. */
final class Amounts {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Amounts() {}

  /** Decimal units, three significant digits: {@code 7.05MB}. */
  static String bytes(long count) {
    double value = count;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    if (unit == 0) {
      return count + "B";
    }
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    long scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
    long rounded = Math.round(value * scale);
    StringBuilder text = new StringBuilder().append(rounded / scale);
    if (decimals > 0) {
      String fraction = Long.toString(rounded % scale);
      text.append('.').append("0".repeat(decimals - fraction.length())).append(fraction);
    }
    return text.append(UNITS[unit]).toString();
  }

  /** Seconds with two decimals up to a minute, then minutes and seconds. */
  static String duration(Duration time) {
    long hundredths = (time.toMillis() + 5) / 10;
    if (hundredths < 6000) {
      long rest = hundredths % 100;
      return hundredths / 100 + "." + (rest < 10 ? "0" : "") + rest + "s";
    }
    return time.toMinutes() + "m" + time.toSecondsPart() + "s";
  }

  /** How long ago an RFC 3339 time was: {@code 3 hours ago}; {@code -} where there is none. */
  static String age(@Nullable String created, Instant now) {
    if (created == null) {
      return "-";
    }
    long seconds;
    try {
      seconds = Duration.between(Rfc3339.parse(created), now).toSeconds();
    } catch (OciFormatException notATime) {
      return created;
    }
    long[] sizes = {1, 60, 3600, 86_400, 7 * 86_400, 30 * 86_400, 365 * 86_400};
    String[] names = {"second", "minute", "hour", "day", "week", "month", "year"};
    int unit = sizes.length - 1;
    while (unit > 0 && seconds < 2 * sizes[unit]) {
      unit--;
    }
    long count = Math.max(0, seconds / sizes[unit]);
    return count + " " + names[unit] + (count == 1 ? "" : "s") + " ago";
  }

  /** {@code 24h}, {@code 1h30m}, {@code 7d}: numbers with the units s, m, h, d and w. */
  static Duration parseDuration(String option, String text) throws UsageException {
    Duration sum = Duration.ZERO;
    int at = 0;
    try {
      do {
        int unit = at;
        while (Character.isDigit(text.charAt(unit))) {
          unit++;
        }
        long count = Long.parseLong(text, at, unit, 10);
        sum =
            sum.plusSeconds(
                Math.multiplyExact(
                    count,
                    switch (text.charAt(unit)) {
                      case 's' -> 1L;
                      case 'm' -> 60L;
                      case 'h' -> 3_600L;
                      case 'd' -> 86_400L;
                      case 'w' -> 604_800L;
                      default -> throw new NumberFormatException();
                    }));
        at = unit + 1;
      } while (at < text.length());
      return sum;
    } catch (NumberFormatException | ArithmeticException | IndexOutOfBoundsException notATime) {
      throw new UsageException(
          option + " " + text + ": not a duration (use numbers with s, m, h, d or w, such as 24h)");
    }
  }

  /** {@code 512m}, {@code 2g}, {@code 65536}: binary units as docker's --memory reads them. */
  static long parseBytes(String option, String text) throws UsageException {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith("ib")) {
      lower = lower.substring(0, lower.length() - 2);
    } else if (lower.length() > 1 && lower.endsWith("b")) {
      lower = lower.substring(0, lower.length() - 1);
    }
    int power = lower.isEmpty() ? -1 : "kmgtp".indexOf(lower.charAt(lower.length() - 1));
    String digits = power >= 0 ? lower.substring(0, lower.length() - 1) : lower;
    try {
      requireDigits(digits); // parseLong takes signs, and the digits of all scripts
      long value = Long.parseLong(digits);
      long factor = 1L << (10 * (power + 1));
      return Math.multiplyExact(value, factor);
    } catch (NumberFormatException | ArithmeticException notASize) {
      throw new UsageException(
          option + " " + text + ": not a size (use bytes, or a number with k, m or g)");
    }
  }

  private static void requireDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw new NumberFormatException();
      }
    }
  }
}
