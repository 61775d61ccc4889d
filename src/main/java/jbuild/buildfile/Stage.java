package jbuild.buildfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A FROM and the instructions up to the next FROM; {@code index} counts from 0. */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {
  public Stage {
    instructions = List.copyOf(instructions);
  }

  /** The name given by AS in lower case, or null. */
  public @Nullable String name() {
    Word name = from.name();
    return name == null ? null : name.text();
  }

  /** The name, or {@code stage-0}, as messages and progress lines call the stage. */
  public String displayName() {
    String name = name();
    return name == null ? "stage-" + index : name;
  }
}
