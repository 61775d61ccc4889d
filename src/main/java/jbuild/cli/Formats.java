package jbuild.cli;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code --format}: tables for people, JSON for programs. */
final class Formats {
  private Formats() {}

  static OptionSpec option() {
    return OptionSpec.builder("--format")
        .paramLabel("table|json")
        .type(String.class)
        .description("How to print (default: table).")
        .build();
  }

  /** For a command that has no table: the option is there so that scripts may always give it. */
  static OptionSpec jsonOnly() {
    return OptionSpec.builder("--format")
        .paramLabel("json")
        .type(String.class)
        .description("How to print; JSON is the only way here.")
        .build();
  }

  static void requireJson(ParseResult arguments) throws UsageException {
    String format = arguments.matchedOptionValue("--format", "json");
    if (!format.equals("json")) {
      throw new UsageException("--format " + format + ": unknown (use json)");
    }
  }

  static boolean isJson(ParseResult arguments) throws UsageException {
    String format = arguments.matchedOptionValue("--format", "table");
    if (!format.equals("table") && !format.equals("json")) {
      throw new UsageException("--format " + format + ": unknown (use table or json)");
    }
    return format.equals("json");
  }
}
