package jbuild.cli;

import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;

/** {@code jbuild version}. */
final class VersionCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("Show the version of jbuild and of what runs it.").build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) {
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
