package jbuild.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code jbuild rm}. */
final class RmCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description("Remove containers that have ended.");
    Operands.add(spec, "CONTAINER...", "1..*", "Names or starts of IDs.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Wiring wiring) throws Exception {
    for (String typed : Operands.of(arguments)) {
      wiring.console().out().println(wiring.containers().remove(typed));
    }
    return 0;
  }
}
