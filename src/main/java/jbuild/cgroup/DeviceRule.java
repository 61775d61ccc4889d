package jbuild.cgroup;

import java.util.List;

/**
 * Device files that a group may use; what no rule names is refused.
 *
 * @param type {@code c} for character devices, {@code b} for block devices, {@code a} for both
 * @param major {@link #ANY} for all
 * @param minor {@link #ANY} for all
 * @param access some of {@code r} (open for reading), {@code w} (for writing), {@code m} (mknod)
 */
public record DeviceRule(char type, int major, int minor, String access) {
  public static final int ANY = -1;

  /**
   * What a group with any rules may use beside: to make nodes of all kinds, as docker's default
   * list has it, and to open null, zero, full, random, urandom, tty, console, ptmx and terminals.
   */
  public static final List<DeviceRule> DEFAULTS =
      List.of(
          new DeviceRule('c', ANY, ANY, "m"),
          new DeviceRule('b', ANY, ANY, "m"),
          new DeviceRule('c', 1, 3, "rwm"),
          new DeviceRule('c', 1, 5, "rwm"),
          new DeviceRule('c', 1, 7, "rwm"),
          new DeviceRule('c', 1, 8, "rwm"),
          new DeviceRule('c', 1, 9, "rwm"),
          new DeviceRule('c', 5, 0, "rwm"),
          new DeviceRule('c', 5, 1, "rwm"),
          new DeviceRule('c', 5, 2, "rwm"),
          new DeviceRule('c', 136, ANY, "rwm"));

  public DeviceRule {
    boolean known = !access.isEmpty() && access.length() <= 3;
    for (int i = 0; i < access.length(); i++) {
      known &= "rwm".indexOf(access.charAt(i)) >= 0;
    }
    if ("abc".indexOf(type) < 0 || major < ANY || minor < ANY || !known) {
      throw new IllegalArgumentException(
          "not a device rule: " + type + " " + major + ":" + minor + " " + access);
    }
  }

  /**
   * Reads a rule as docker and the kernel write it: {@code c 1:3 rwm}, {@code b 8:* r}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static DeviceRule parse(String text) {
    String[] words = text.split(" ", -1);
    String[] numbers = words.length == 3 ? words[1].split(":", -1) : new String[0];
    if (numbers.length != 2 || words[0].length() != 1) {
      throw new IllegalArgumentException("not of the form 'c 1:3 rwm'");
    }
    return new DeviceRule(words[0].charAt(0), number(numbers[0]), number(numbers[1]), words[2]);
  }

  private static int number(String text) {
    if (text.equals("*")) {
      return ANY;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new IllegalArgumentException("not the number of a device: " + text);
  }

  boolean permits(char right) {
    return access.indexOf(right) >= 0;
  }

  /** As devices.allow takes it. */
  @Override
  public String toString() {
    return type + " " + star(major) + ":" + star(minor) + " " + access;
  }

  private static String star(int number) {
    return number == ANY ? "*" : Integer.toString(number);
  }
}
