package jbuild.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code jbuild tag}. */
final class TagCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description("Give an image another name; the old one stays.");
    Operands.add(spec, "IMAGE NAME", "2", "A name or the start of an ID, and the new name.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Wiring wiring) throws Exception {
    List<String> operands = Operands.exactly(2, "an image and a name", arguments);
    wiring.images().tag(wiring.images().require(operands.get(0)), operands.get(1));
    return 0;
  }
}
