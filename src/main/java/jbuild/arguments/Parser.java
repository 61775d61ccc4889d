package jbuild.arguments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.arguments.OptionSpec.Kind;
import jbuild.buildfile.Suggestion;
import org.jspecify.annotations.Nullable;

/** Reads one command line, word after word; see {@code docs/cli.md} for how it may be written. */
final class Parser {
  private final CommandSpec spec;
  private final List<String> words;
  private int next;
  private boolean help;
  private final Map<String, List<String>> values = new HashMap<>();
  private final List<String> operands = new ArrayList<>();

  Parser(CommandSpec spec, List<String> words) {
    this.spec = spec;
    this.words = words;
  }

  Arguments parse() throws UsageException {
    boolean optionsEnded = false;
    while (next < words.size() && !help) {
      String word = words.get(next++);
      if (optionsEnded || !word.startsWith("-") || word.equals("-")) {
        operands.add(word);
        optionsEnded |= spec.optionsEndAtOperand();
      } else if (word.equals("--")) {
        optionsEnded = true;
      } else if (word.startsWith("--")) {
        longOption(word);
      } else {
        shortOptions(word);
      }
    }
    if (!help) {
      spec.operands().checkCount(operands.size());
    }
    return new Arguments(spec, values, operands, help);
  }

  /** {@code --name}, {@code --name value} or {@code --name=value}. */
  private void longOption(String word) throws UsageException {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    OptionSpec option = spec.option(name);
    if (option == null) {
      throw unknown(name, name);
    }
    put(option, name, equals < 0 ? null : word.substring(equals + 1));
  }

  /** {@code -q}, {@code -qx} (flags), {@code -f value}, {@code -fvalue} or {@code -f=value}. */
  private void shortOptions(String word) throws UsageException {
    for (int i = 1; i < word.length() && !help; i++) {
      String name = "-" + word.charAt(i);
      OptionSpec option = spec.option(name);
      if (option == null) {
        throw unknown(name, word);
      }
      String rest = word.substring(i + 1);
      boolean hasEquals = rest.startsWith("=");
      if (hasEquals || (option.takesValue() && !rest.isEmpty())) {
        put(option, name, hasEquals ? rest.substring(1) : rest);
        return;
      }
      put(option, name, null);
    }
  }

  /**
   * Notes an option; a value that is not in its word is the next word, whatever that looks like.
   */
  private void put(OptionSpec option, String name, @Nullable String value) throws UsageException {
    String text = value;
    if (option.kind() == OptionSpec.Kind.OPTIONAL_VALUE) {
      text = text == null ? "true" : text;
    } else if (!option.takesValue()) {
      text = truth(name, text == null ? "true" : text);
      help |= option.kind() == Kind.HELP && text.equals("true");
    } else if (text == null) {
      if (next == words.size()) {
        throw new UsageException(
            name + ": its value is missing (" + name + " " + option.label() + ")");
      }
      text = words.get(next++);
    }
    List<String> given = values.get(option.name());
    if (given == null) {
      given = new ArrayList<>();
      values.put(option.name(), given);
    }
    given.add(text);
  }

  private static String truth(String name, String text) throws UsageException {
    return switch (text) {
      case "true", "1" -> "true";
      case "false", "0" -> "false";
      default -> throw new UsageException(name + "=" + text + ": neither true nor false");
    };
  }

  private UsageException unknown(String name, String word) {
    List<String> known = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      known.add(option.name());
    }
    String hint = Suggestion.hint(word, known);
    return new UsageException(
        "unknown option: "
            + name
            + (name.length() < word.length() ? " in " + word : "")
            + (hint == null ? "" : " (" + hint + ")"));
  }
}
