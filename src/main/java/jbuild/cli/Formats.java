package jbuild.cli;

import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;

/** {@code --format}: tables for people, JSON for programs. */
final class Formats {
  private Formats() {}

  static OptionSpec option() {
    return OptionSpec.value("table|json", "How to print (default: table).", "--format");
  }

  /** For a command that has no table: the option is there so that scripts may always give it. */
  static OptionSpec jsonOnly() {
    return OptionSpec.value("json", "How to print; JSON is the only way here.", "--format");
  }

  static void requireJson(Arguments arguments) throws UsageException {
    String format = arguments.text("--format", "json");
    if (!format.equals("json")) {
      throw new UsageException("--format " + format + ": unknown (use json)");
    }
  }

  static boolean isJson(Arguments arguments) throws UsageException {
    String format = arguments.text("--format", "table");
    if (!format.equals("table") && !format.equals("json")) {
      throw new UsageException("--format " + format + ": unknown (use table or json)");
    }
    return format.equals("json");
  }
}
