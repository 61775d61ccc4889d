package jbuild.arguments;

import java.util.ArrayList;
import java.util.List;

/** The operands of a command in their order. */
record OperandList(List<OperandSpec> specs) {
  OperandList {
    specs = List.copyOf(specs);
  }

  /** {@code IMAGE [COMMAND [ARGUMENT...]]}: what may be left out lies within what it needs. */
  String synopsis() {
    String text = "";
    for (int i = specs.size() - 1; i >= 0; i--) {
      OperandSpec spec = specs.get(i);
      text = text.isEmpty() ? spec.synopsis() : spec.synopsis() + " " + text;
      if (spec.arity().min == 0) {
        text = "[" + text + "]";
      }
    }
    return text;
  }

  void checkCount(int count) throws UsageException {
    long min = 0;
    long max = 0;
    for (OperandSpec spec : specs) {
      min += spec.arity().min;
      max += spec.arity().max;
    }
    if (count >= min && count <= max) {
      return;
    }
    if (max == 0) {
      throw new UsageException("no operands are taken here: " + operands(count) + " too many");
    }
    String expected = min == max ? "" : count < min ? "at least " : "at most ";
    throw new UsageException(
        "give "
            + (count < min ? required() : synopsis())
            + ": "
            + operands(count)
            + " instead of "
            + expected
            + (count < min ? min : max));
  }

  private static String operands(int count) {
    return count + (count == 1 ? " operand" : " operands");
  }

  private String required() {
    List<String> labels = new ArrayList<>();
    for (OperandSpec spec : specs) {
      if (spec.arity().min > 0) {
        labels.add(spec.label());
      }
    }
    return String.join(" and ", labels);
  }
}
