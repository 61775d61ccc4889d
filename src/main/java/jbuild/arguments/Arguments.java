package jbuild.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user gave. Options are asked for by their long names; to ask for one that the command
 * does not have is a mistake of ours.
 */
public final class Arguments {
  private final CommandSpec spec;
  private final Map<String, List<String>> values;
  private final List<String> operands;
  private final boolean help;

  Arguments(
      CommandSpec spec, Map<String, List<String>> values, List<String> operands, boolean help) {
    this.spec = spec;
    this.values = Map.copyOf(values);
    this.operands = List.copyOf(operands);
    this.help = help;
  }

  /** The help is all that is wanted: operands may be missing. */
  public boolean helpWanted() {
    return help;
  }

  public boolean flag(String name) {
    return text(name, "false").equals("true");
  }

  public @Nullable String text(String name) {
    List<String> given = list(name);
    return given.isEmpty() ? null : given.get(given.size() - 1);
  }

  public String text(String name, String otherwise) {
    String given = text(name);
    return given == null ? otherwise : given;
  }

  /** A path of the host. */
  public @Nullable Path path(String name) {
    String given = text(name);
    return given == null ? null : Path.of(given);
  }

  /** A whole number, which may be negative. */
  public long number(String name, long otherwise) throws UsageException {
    String given = text(name);
    if (given == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(given);
    } catch (NumberFormatException notANumber) {
      throw new UsageException(name + " " + given + ": not a whole number");
    }
  }

  /** All values of an option in the order in which they were given. */
  public List<String> list(String name) {
    OptionSpec option = spec.option(name);
    if (option == null) {
      throw new IllegalArgumentException("no option of this command: " + name);
    }
    return values.getOrDefault(option.name(), List.of());
  }

  /** As many as the command said it takes. */
  public List<String> operands() {
    return operands;
  }
}
