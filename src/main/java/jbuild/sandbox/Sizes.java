package jbuild.sandbox;

/** Numbers of bytes for people. */
final class Sizes {
  private static final String[] UNITS = {" bytes", " KiB", " MiB", " GiB", " TiB"};

  private Sizes() {}

  /** One digit after the point unless it is zero: {@code 20 MiB}, {@code 19.5 MiB}. */
  static String inWords(long bytes) {
    int unit = 0;
    long whole = bytes;
    long rest = 0;
    while (whole >= 1024 && unit < UNITS.length - 1) {
      rest = whole % 1024;
      whole /= 1024;
      unit++;
    }
    long tenths = rest * 10 / 1024;
    return whole + (tenths == 0 ? "" : "." + tenths) + UNITS[unit];
  }
}
