package jbuild.layer;

/**
 * A time in a PAX record: decimal seconds since 1970 with an optional fraction (pax(1), "atime").
 *
 * @param nanos to add to the seconds, also where these are negative; nine digits of the fraction
 *     count
 */
record PaxTime(long seconds, int nanos) {
  /** 18 digits, 32 billion years: what {@link PaxRecords#decimal} reads. */
  static final long MAX_SECONDS = 999_999_999_999_999_999L;

  static PaxTime parse(String text) throws TarFieldException {
    boolean negative = text.startsWith("-");
    int start = negative ? 1 : 0;
    int dot = text.indexOf('.');
    long seconds =
        PaxRecords.decimal("pax mtime", text.substring(start, dot < 0 ? text.length() : dot));
    int nanos = dot < 0 ? 0 : fraction(text, dot + 1);
    if (!negative) {
      return new PaxTime(seconds, nanos);
    }
    // -1.25 is 2 seconds before 1970 and then 0.75 seconds on
    return nanos == 0 ? new PaxTime(-seconds, 0) : new PaxTime(-seconds - 1, 1_000_000_000 - nanos);
  }

  /** Nine digits are read; what comes behind is not looked at, as in GNU tar and bsdtar. */
  private static int fraction(String text, int from) throws TarFieldException {
    int nanos = 0;
    int digits = 0;
    for (int i = from; i < text.length() && digits < 9; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw new TarFieldException("pax mtime is not a number: " + text);
      }
      nanos = nanos * 10 + (c - '0');
      digits++;
    }
    for (; digits < 9; digits++) {
      nanos *= 10;
    }
    return nanos;
  }

  /** The shortest exact form. */
  static String format(long seconds, int nanos) {
    if (nanos == 0) {
      return Long.toString(seconds);
    }
    boolean negative = seconds < 0;
    long whole = negative ? -(seconds + 1) : seconds;
    String fraction = Integer.toString(1_000_000_000 + (negative ? 1_000_000_000 - nanos : nanos));
    int end = fraction.length();
    while (fraction.charAt(end - 1) == '0') {
      end--;
    }
    return (negative ? "-" : "") + whole + "." + fraction.substring(1, end);
  }
}
