package jbuild.buildfile;

import java.util.HashSet;
import java.util.Set;

/** Flags that do not exist, stand twice or lack their value are errors before anything is built. */
final class FlagChecker {
  private final SourceText source;

  FlagChecker(SourceText source) {
    this.source = source;
  }

  void check(Statement statement) throws BuildfileException {
    Set<String> seen = new HashSet<>();
    for (Flag flag : statement.flags()) {
      Keyword.FlagKind kind = statement.keyword().flagKind(flag.name());
      if (kind == null) {
        throw source.error(
            flag.range(),
            statement.keyword() + " has no flag --" + flag.name(),
            Suggestion.hint(flag.name(), "--", statement.keyword().flagNames()));
      }
      if (!seen.add(flag.name()) && kind != Keyword.FlagKind.LIST) {
        throw source.error(flag.range(), "flag given twice: --" + flag.name(), null);
      }
      checkValue(flag, kind);
    }
    checkChoice(statement, "network", "default", "none", "host");
    checkChoice(statement, "security", "sandbox", "insecure");
  }

  private void checkValue(Flag flag, Keyword.FlagKind kind) throws BuildfileException {
    String value = flag.value();
    if (kind != Keyword.FlagKind.SWITCH) {
      if (value == null) {
        throw source.error(
            flag.range(),
            "flag without a value: --" + flag.name(),
            "the value follows =, without a blank");
      }
      return;
    }
    if (value != null && !value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw source.error(
          flag.range(),
          "flag --" + flag.name() + " set to " + (value.isEmpty() ? "nothing" : value),
          "it can be true or false");
    }
  }

  private void checkChoice(Statement statement, String name, String... choices)
      throws BuildfileException {
    for (Flag flag : statement.flags()) {
      if (!flag.name().equals(name)) {
        continue;
      }
      for (String choice : choices) {
        if (choice.equals(flag.value())) {
          return;
        }
      }
      throw source.error(
          flag.range(),
          "flag --" + name + " set to " + flag.value(),
          "it can be " + String.join(", ", choices));
    }
  }
}
