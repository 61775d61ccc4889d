package jbuild.cli;

import java.util.ArrayList;
import java.util.List;
import jbuild.arguments.UsageException;
import jbuild.sandbox.Rlimit;

/** {@code --ulimit NAME=SOFT[:HARD]}; -1 is no limit. */
final class UlimitOption {
  private UlimitOption() {}

  static List<Rlimit> read(List<String> given) throws UsageException {
    List<Rlimit> limits = new ArrayList<>();
    for (String text : given) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      String[] numbers = text.substring(equals + 1).split(":", -1);
      if (equals < 0 || numbers.length > 2) {
        throw new UsageException("--ulimit " + text + ": not of the form NAME=SOFT[:HARD]");
      }
      if (!Rlimit.NAMES.contains(name)) {
        throw new UsageException(
            "--ulimit " + text + ": unknown (use " + String.join(", ", Rlimit.NAMES) + ")");
      }
      long soft = number(text, numbers[0]);
      long hard = numbers.length == 1 ? soft : number(text, numbers[1]);
      if (hard >= 0 && (soft < 0 || soft > hard)) {
        throw new UsageException("--ulimit " + text + ": the first limit is above the second");
      }
      limits.removeIf(earlier -> earlier.name().equals(name));
      limits.add(new Rlimit(name, soft, hard));
    }
    return limits;
  }

  private static long number(String option, String text) throws UsageException {
    if (text.equals("unlimited")) {
      return -1;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= -1) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new UsageException("--ulimit " + option + ": not a limit: " + text);
  }
}
