package jbuild.arguments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.arguments.OperandSpec.Arity;
import org.jspecify.annotations.Nullable;

/** What a command accepts, and in which words its help says so. */
public final class CommandSpec {
  private final List<String> description;
  private final List<OptionSpec> options;
  private final OperandList operands;
  private final boolean optionsEndAtOperand;
  private final Map<String, OptionSpec> byName = new HashMap<>();

  private CommandSpec(
      List<String> description,
      List<OptionSpec> options,
      OperandList operands,
      boolean optionsEndAtOperand) {
    this.description = List.copyOf(description);
    this.options = List.copyOf(options);
    this.operands = operands;
    this.optionsEndAtOperand = optionsEndAtOperand;
    for (OptionSpec option : options) {
      for (String name : option.names()) {
        if (byName.put(name, option) != null) {
          throw new IllegalArgumentException("two options are called " + name);
        }
      }
    }
  }

  /** The first paragraph says what the command does, in one sentence. */
  public static Builder describe(String... paragraphs) {
    return new Builder(List.of(paragraphs));
  }

  /** This and more options. */
  public CommandSpec with(List<OptionSpec> more) {
    List<OptionSpec> all = new ArrayList<>(options);
    all.addAll(more);
    return new CommandSpec(description, all, operands, optionsEndAtOperand);
  }

  /** The words after the command's name. */
  public Arguments parse(List<String> words) throws UsageException {
    return new Parser(this, words).parse();
  }

  /** The text that {@code --help} prints; {@code command} is what the user types to get here. */
  public String help(String command) {
    return new HelpText(this).of(command);
  }

  /** What follows the command's name: {@code [OPTIONS] IMAGE NAME}. */
  public String synopsis() {
    String after = operands.synopsis();
    return after.isEmpty() ? "[OPTIONS]" : "[OPTIONS] " + after;
  }

  /** In the order in which they were added. */
  public List<OptionSpec> options() {
    return options;
  }

  List<String> description() {
    return description;
  }

  OperandList operands() {
    return operands;
  }

  boolean optionsEndAtOperand() {
    return optionsEndAtOperand;
  }

  @Nullable OptionSpec option(String name) {
    return byName.get(name);
  }

  /** Collects what a command accepts. */
  public static final class Builder {
    private final List<String> description;
    private final List<OptionSpec> options = new ArrayList<>();
    private final List<OperandSpec> operands = new ArrayList<>();
    private boolean optionsEndAtOperand;

    private Builder(List<String> description) {
      this.description = description;
    }

    public Builder option(OptionSpec option) {
      options.add(option);
      return this;
    }

    public Builder options(List<OptionSpec> more) {
      options.addAll(more);
      return this;
    }

    public Builder flag(String description, String... names) {
      return option(OptionSpec.flag(description, names));
    }

    public Builder value(String label, String description, String... names) {
      return option(OptionSpec.value(label, description, names));
    }

    public Builder list(String label, String description, String... names) {
      return option(OptionSpec.list(label, description, names));
    }

    /** An operand that must be there. */
    public Builder operand(String label, String description) {
      return operand(label, Arity.ONE, description);
    }

    /** An operand that may be left out. */
    public Builder optionalOperand(String label, String description) {
      return operand(label, Arity.OPTIONAL, description);
    }

    /** One operand or more. */
    public Builder someOperands(String label, String description) {
      return operand(label, Arity.SOME, description);
    }

    /** Whatever follows, if anything. */
    public Builder anyOperands(String label, String description) {
      return operand(label, Arity.ANY, description);
    }

    private Builder operand(String label, Arity arity, String description) {
      operands.add(new OperandSpec(label, arity, description));
      return this;
    }

    /** What follows the first operand belongs to it: {@code run IMAGE ls -l}. */
    public Builder optionsEndAtOperand() {
      optionsEndAtOperand = true;
      return this;
    }

    public CommandSpec build() {
      return new CommandSpec(description, options, new OperandList(operands), optionsEndAtOperand);
    }
  }
}
