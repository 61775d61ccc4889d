package jbuild.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The kinds of options there are. */
final class Options {
  private Options() {}

  /** There or not. */
  static void flag(CommandSpec spec, String description, String... names) {
    spec.addOption(OptionSpec.builder(names).type(boolean.class).description(description).build());
  }

  /** With one text; {@code label} stands for it in the help. */
  static void text(CommandSpec spec, String label, String description, String... names) {
    one(spec, String.class, label, description, names);
  }

  /** With one path of the host. */
  static void path(CommandSpec spec, String label, String description, String... names) {
    one(spec, Path.class, label, description, names);
  }

  /** With one number. */
  static void number(CommandSpec spec, String label, String description, String... names) {
    one(spec, long.class, label, description, names);
  }

  private static void one(
      CommandSpec spec, Class<?> type, String label, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names).paramLabel(label).type(type).description(description).build());
  }

  /** With a text each time it is given. */
  static void list(CommandSpec spec, String label, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .paramLabel(label)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(description)
            .build());
  }
}
