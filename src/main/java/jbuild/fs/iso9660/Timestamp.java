package jbuild.fs.iso9660;

import java.time.LocalDate;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * A time in seconds since 1970 and nanoseconds. Dates that do not exist count as not recorded,
 * which is 1970: some writers leave rubbish there, and no file is worth less for it.
 */
record Timestamp(long seconds, int nanos) {
  static final Timestamp NONE = new Timestamp(0, 0);

  private static final int FIRST_YEAR = 1900;
  private static final int SECONDS_A_DAY = 86400;

  /** Offsets from Greenwich Mean Time are counted in quarters of an hour, -48 to +52. */
  private static final int QUARTER_SECONDS = 15 * 60;

  private static final int WESTMOST = -48;
  private static final int EASTMOST = 52;

  /** Seven bytes, the date of a directory record (ECMA 9.1.5). */
  static Timestamp readShort(ByteReader r) throws CorruptInputException {
    int year = FIRST_YEAR + r.u8("year");
    int month = r.u8("month");
    int day = r.u8("day");
    int hour = r.u8("hour");
    int minute = r.u8("minute");
    int second = r.u8("second");
    byte zone = (byte) r.u8("offset from GMT");
    return of(year, month, day, hour, minute, second, 0, zone);
  }

  /** Sixteen digits and an offset, the long form (ECMA 8.4.26.1). */
  static Timestamp readLong(ByteReader r) throws CorruptInputException {
    int year = digits(r, 4);
    int month = digits(r, 2);
    int day = digits(r, 2);
    int hour = digits(r, 2);
    int minute = digits(r, 2);
    int second = digits(r, 2);
    int hundredths = digits(r, 2);
    byte zone = (byte) r.u8("offset from GMT");
    return hundredths < 0
        ? NONE
        : of(year, month, day, hour, minute, second, hundredths * 10_000_000, zone);
  }

  /** -1 when one of them is no digit. */
  private static int digits(ByteReader r, int count) throws CorruptInputException {
    int value = 0;
    boolean valid = true;
    for (int i = 0; i < count; i++) {
      int digit = r.u8("digit of a date") - '0';
      valid &= digit >= 0 && digit <= 9;
      value = value * 10 + digit;
    }
    return valid ? value : -1;
  }

  private static Timestamp of(
      int year, int month, int day, int hour, int minute, int second, int nanos, byte zone) {
    boolean exists =
        year >= 1 && in(month, 1, 12) && in(day, 1, 31) && in(hour, 0, 23) && in(minute, 0, 59);
    if (!exists || !in(second, 0, 60)) {
      return NONE;
    }
    long days = LocalDate.of(year, month, 1).toEpochDay() + day - 1;
    long local = days * SECONDS_A_DAY + hour * 3600L + minute * 60L + second;
    int east = in(zone, WESTMOST, EASTMOST) ? zone * QUARTER_SECONDS : 0;
    return new Timestamp(local - east, nanos);
  }

  private static boolean in(int value, int least, int most) {
    return value >= least && value <= most;
  }
}
