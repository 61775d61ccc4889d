package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Instruction;

/**
 * One instruction of a stage.
 *
 * @param number its place in the stage, counted from 1
 * @param isTrigger whether it comes from an ONBUILD of the stage's base
 * @param input what COPY and ADD read from; the context for all others, who read nothing
 * @param mounted what the {@code --mount} flags of a RUN name with {@code from}, in their order;
 *     the context for those that name nothing
 */
public record Vertex(
    int stage,
    int number,
    Instruction instruction,
    InputRef input,
    List<InputRef> mounted,
    boolean isTrigger) {
  public Vertex {
    mounted = List.copyOf(mounted);
  }

  /** Everything it reads beside its own stage. */
  public List<InputRef> inputs() {
    List<InputRef> inputs = new ArrayList<>(mounted);
    inputs.add(input);
    return inputs;
  }
}
