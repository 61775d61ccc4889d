package jbuild.cli;

import jbuild.sandbox.NetworkMode;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code --network}. */
final class NetworkOption {
  private NetworkOption() {}

  static OptionSpec option() {
    return OptionSpec.builder("--network")
        .paramLabel("host|none")
        .type(String.class)
        .description("The host's network, or one of its own with lo alone (default: host).")
        .build();
  }

  static NetworkMode of(ParseResult arguments) throws UsageException {
    String mode = arguments.matchedOptionValue("--network", "host");
    return switch (mode) {
      case "host" -> NetworkMode.HOST;
      case "none" -> NetworkMode.NONE;
      default -> throw new UsageException("--network " + mode + ": unknown (use host or none)");
    };
  }
}
