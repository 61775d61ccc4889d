package jbuild.arguments;

import java.util.List;

/**
 * One option of a command.
 *
 * @param names as they are typed, the long one last: {@code -f}, {@code --file}
 * @param label what stands for its value in the help; empty for flags
 */
public record OptionSpec(List<String> names, Kind kind, String label, String description) {
  /** What may follow an option's name. */
  public enum Kind {
    /** Nothing: it is there or not. {@code --name=false} takes an earlier one back. */
    FLAG,
    /** A flag that asks for the help, which makes all that follows unimportant. */
    HELP,
    /** A value; given again, the last one counts. */
    VALUE,
    /** A value in the same word, {@code --name=value}; without one it is {@code true}. */
    OPTIONAL_VALUE,
    /** A value each time it is given, and all of them count. */
    LIST
  }

  public OptionSpec {
    names = List.copyOf(names);
    if (names.isEmpty() || !names.get(names.size() - 1).startsWith("--")) {
      throw new IllegalArgumentException("an option needs a long name: " + names);
    }
  }

  public static OptionSpec flag(String description, String... names) {
    return new OptionSpec(List.of(names), Kind.FLAG, "", description);
  }

  public static OptionSpec help(String description, String... names) {
    return new OptionSpec(List.of(names), Kind.HELP, "", description);
  }

  public static OptionSpec value(String label, String description, String... names) {
    return new OptionSpec(List.of(names), Kind.VALUE, label, description);
  }

  public static OptionSpec optionalValue(String label, String description, String... names) {
    return new OptionSpec(List.of(names), Kind.OPTIONAL_VALUE, label, description);
  }

  public static OptionSpec list(String label, String description, String... names) {
    return new OptionSpec(List.of(names), Kind.LIST, label, description);
  }

  public boolean takesValue() {
    return kind == Kind.VALUE || kind == Kind.LIST;
  }

  /** The long name, by which commands ask for it. */
  public String name() {
    return names.get(names.size() - 1);
  }

  /** What follows the names where the option is explained, a blank included. */
  public String suffix() {
    return switch (kind) {
      case FLAG, HELP -> "";
      case OPTIONAL_VALUE -> "[=" + label + "]";
      case VALUE, LIST -> " " + label;
    };
  }

  /** All names, and what follows them: {@code -f, --file FILE}, {@code --pull[=POLICY]}. */
  String synopsis() {
    return String.join(", ", names) + suffix();
  }
}
