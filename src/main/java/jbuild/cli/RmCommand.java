package jbuild.cli;

import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;

/** {@code jbuild rm}. */
final class RmCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("Remove containers that have ended.")
        .someOperands("CONTAINER", "Names or starts of IDs.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    for (String typed : arguments.operands()) {
      wiring.console().out().println(wiring.containers().remove(typed));
    }
    return 0;
  }
}
