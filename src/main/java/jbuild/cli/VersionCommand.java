package jbuild.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code jbuild version}. */
final class VersionCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description("Show the version of jbuild and of what runs it.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Wiring wiring) {
    String version = Main.class.getPackage().getImplementationVersion();
    wiring
        .console()
        .out()
        .println(
            "jbuild "
                + (version == null ? "(not packaged)" : version)
                + " (Java "
                + System.getProperty("java.version")
                + ", "
                + System.getProperty("os.arch")
                + ")");
    return 0;
  }
}
