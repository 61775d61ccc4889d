package jbuild.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import jbuild.arguments.UsageException;
import jbuild.cgroup.Limit;
import jbuild.cgroup.ResourceLimits;

/** Reads the value of a limit as its form says. */
final class LimitValues {
  private static final int S_IFMT = 0170000;
  private static final int S_IFBLK = 0060000;
  private static final String LIST_CHARACTERS = "0123456789,-";

  private LimitValues() {}

  static void set(ResourceLimits.Builder limits, Limit limit, String text) throws UsageException {
    String option = limit.option();
    switch (limit.form()) {
      case NUMBER -> limits.set(limit, noNegative(limit, number(option, text, text)));
      case PROCESSORS -> limits.set(limit, processors(option, text));
      case BYTES ->
          limits.set(
              limit,
              limit == Limit.MEMORY_SWAP && text.equals("-1")
                  ? -1
                  : Amounts.parseBytes(option, text));
      case LIST -> limits.set(limit, "", list(option, text));
      case FLAG -> {
        if (text.equals("true")) {
          limits.set(limit, "", "1");
        }
      }
      case DEVICE_NUMBER, DEVICE_BYTES -> {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
          throw new UsageException(option + " " + text + ": not of the form DEVICE:NUMBER");
        }
        String value = text.substring(colon + 1);
        long number =
            limit.form() == Limit.Form.DEVICE_BYTES
                ? Amounts.parseBytes(option, value)
                : unsigned(option, text, value);
        limits.set(limit, device(option, text.substring(0, colon)), Long.toString(number));
      }
      case CLASS -> limits.set(limit, classId(option, text));
      case NAMED_NUMBER -> {
        String[] parts = named(option, text, '=', "NAME=NUMBER");
        limits.set(limit, parts[0], Long.toString(unsigned(option, text, parts[1])));
      }
      case PAGE_BYTES -> {
        String[] parts = named(option, text, '=', "SIZE=BYTES");
        String size = pageSize(Amounts.parseBytes(option, parts[0]));
        limits.set(limit, size, Long.toString(Amounts.parseBytes(option, parts[1])));
      }
      case RDMA -> {
        String[] parts = named(option, text, ':', "DEVICE:hca_handle=NUMBER,hca_object=NUMBER");
        limits.set(limit, parts[0], rdma(option, text, parts[1]));
      }
    }
  }

  /** docker takes any negative number of processes for no limit, and -1 of quota. */
  private static long noNegative(Limit limit, long number) throws UsageException {
    if (number < -1 && limit != Limit.PIDS) {
      throw new UsageException(limit.option() + " " + number + ": is negative");
    }
    return Math.max(number, -1);
  }

  private static long number(String option, String whole, String text) throws UsageException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw new UsageException(option + " " + whole + ": not a whole number");
    }
  }

  private static long unsigned(String option, String whole, String text) throws UsageException {
    long number = number(option, whole, text);
    if (number < 0) {
      throw new UsageException(option + " " + whole + ": is negative");
    }
    return number;
  }

  private static long processors(String option, String text) throws UsageException {
    try {
      BigDecimal number = new BigDecimal(text);
      if (number.signum() <= 0 || number.compareTo(BigDecimal.valueOf(1_000_000)) > 0) {
        throw new NumberFormatException();
      }
      BigDecimal period = BigDecimal.valueOf(ResourceLimits.CPU_PERIOD_MICROS);
      // Never down to 0, which is no limit.
      return number.multiply(period).setScale(0, RoundingMode.CEILING).longValue();
    } catch (NumberFormatException notANumber) {
      throw new UsageException(option + " " + text + ": not a number of processors (such as 1.5)");
    }
  }

  private static String list(String option, String text) throws UsageException {
    boolean isList = !text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      isList &= LIST_CHARACTERS.indexOf(text.charAt(i)) >= 0;
    }
    if (!isList) {
      throw new UsageException(option + " " + text + ": not a list of numbers (such as 0-2,5)");
    }
    return text;
  }

  /** {@code MAJOR:MINOR} of a block device. */
  private static String device(String option, String text) throws UsageException {
    Path path = Path.of(text);
    try {
      int mode = (Integer) Files.getAttribute(path, "unix:mode");
      if ((mode & S_IFMT) != S_IFBLK) {
        throw new UsageException(option + " " + text + ": not a block device");
      }
      long rdev = (Long) Files.getAttribute(path, "unix:rdev");
      return major(rdev) + ":" + minor(rdev);
    } catch (NoSuchFileException missing) {
      throw new UsageException(option + " " + text + ": no such device");
    } catch (IOException e) {
      throw new UsageException(option + " " + text + ": " + e.getMessage());
    }
  }

  /** makedev(3) of the C library: 32 bits of major, 32 of minor, both in two pieces. */
  private static long major(long device) {
    return (device >>> 8 & 0xfff) | (device >>> 32 & 0xfffff000L);
  }

  private static long minor(long device) {
    return (device & 0xff) | (device >>> 12 & 0xffffff00L);
  }

  private static long classId(String option, String text) throws UsageException {
    try {
      long id = Long.decode(text);
      if (id >= 0 && id <= 0xffffffffL) {
        return id;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new UsageException(option + " " + text + ": not a class (such as 0x100001 for 10:1)");
  }

  private static String[] named(String option, String text, char separator, String form)
      throws UsageException {
    int at = text.indexOf(separator);
    if (at <= 0 || at == text.length() - 1 || text.indexOf(' ') >= 0 || text.indexOf('\n') >= 0) {
      throw new UsageException(option + " " + text + ": not of the form " + form);
    }
    return new String[] {text.substring(0, at), text.substring(at + 1)};
  }

  /** As hugetlb's files are named: {@code 64KB}, {@code 2MB}, {@code 1GB}. */
  private static String pageSize(long bytes) {
    if (bytes >= 1 << 30) {
      return (bytes >> 30) + "GB";
    }
    return bytes >= 1 << 20 ? (bytes >> 20) + "MB" : (bytes >> 10) + "KB";
  }

  private static String rdma(String option, String whole, String text) throws UsageException {
    StringBuilder words = new StringBuilder();
    for (String word : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      String value = word.substring(equals + 1);
      if (equals < 0 || (!name.equals("hca_handle") && !name.equals("hca_object"))) {
        throw new UsageException(option + " " + whole + ": unknown: " + word);
      }
      if (!value.equals("max")) {
        unsigned(option, whole, value);
      }
      words.append(words.isEmpty() ? "" : " ").append(word);
    }
    return words.toString();
  }
}
