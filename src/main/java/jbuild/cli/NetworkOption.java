package jbuild.cli;

import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;
import jbuild.sandbox.NetworkMode;

/** {@code --network}. */
final class NetworkOption {
  private NetworkOption() {}

  static OptionSpec option() {
    return OptionSpec.value(
        "host|none",
        "The host's network, or one of its own with lo alone (default: host).",
        "--network");
  }

  static NetworkMode of(Arguments arguments) throws UsageException {
    String mode = arguments.text("--network", "host");
    return switch (mode) {
      case "host", "default" -> NetworkMode.HOST;
      case "none" -> NetworkMode.NONE;
      default -> throw new UsageException("--network " + mode + ": unknown (use host or none)");
    };
  }
}
