package jbuild.cli;

import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;

/** {@code jbuild tag}. */
final class TagCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("Give an image another name; the old one stays.")
        .operand("IMAGE", "A name or the start of an ID.")
        .operand("NAME", "The new name.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    List<String> operands = arguments.operands();
    wiring.images().tag(wiring.use(operands.get(0)), operands.get(1));
    return 0;
  }
}
