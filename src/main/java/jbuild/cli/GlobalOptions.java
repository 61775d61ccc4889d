package jbuild.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;

/** What every command accepts: where the images live, how much to say, help. */
final class GlobalOptions {
  private GlobalOptions() {}

  static List<OptionSpec> options() {
    return List.of(
        OptionSpec.value(
            "DIR",
            "Data root (default: JBUILD_ROOT, else /var/lib/jbuild for root and"
                + " $XDG_DATA_HOME/jbuild for others).",
            "--root"),
        OptionSpec.flag("Show the stack trace of a failure.", "--debug"),
        OptionSpec.help("Show this help and exit.", "-h", "--help"));
  }

  /** --root, else JBUILD_ROOT, else the place for root or for an ordinary user. */
  static Path root(Arguments arguments, Map<String, String> environment) {
    Path option = arguments.path("--root");
    if (option != null) {
      return option.toAbsolutePath().normalize();
    }
    String variable = environment.get("JBUILD_ROOT");
    if (variable != null && !variable.isEmpty()) {
      return Path.of(variable).toAbsolutePath().normalize();
    }
    if ("root".equals(System.getProperty("user.name"))) {
      return Path.of("/var/lib/jbuild");
    }
    String data = environment.get("XDG_DATA_HOME");
    Path base =
        data != null && !data.isEmpty()
            ? Path.of(data)
            : Path.of(home(environment), ".local", "share");
    return base.resolve("jbuild").toAbsolutePath().normalize();
  }

  /** HOME, as the XDG base directories want it; Java's own idea comes from passwd(5). */
  private static String home(Map<String, String> environment) {
    String home = environment.get("HOME");
    return home != null && !home.isEmpty() ? home : System.getProperty("user.home");
  }
}
