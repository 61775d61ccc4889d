package jbuild.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** What stands on the command line without a dash. */
final class Operands {
  private Operands() {}

  /**
   * Adds operands, {@code arity} of them: {@code 1}, {@code 2}, {@code 1..*}. The label is shown as
   * it is: picocli would repeat it by the arity.
   */
  static void add(CommandSpec spec, String label, String arity, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel(label)
            .hideParamSyntax(true)
            .arity(arity)
            .required(!arity.startsWith("0"))
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(description)
            .build());
  }

  static List<String> of(ParseResult arguments) {
    return arguments.matchedPositionalValue(0, List.of());
  }

  /** Exactly {@code count} operands. */
  static List<String> exactly(int count, String what, ParseResult arguments) throws UsageException {
    List<String> operands = of(arguments);
    if (operands.size() != count) {
      throw new UsageException(
          "give " + what + ": " + operands.size() + " operands instead of " + count);
    }
    return operands;
  }
}
