package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.BuildfileException;

/** Turns the instructions of a stage into operations, as soon as the base of the stage is known. */
public final class StageExpander {
  private final BuildGraph graph;

  public StageExpander(BuildGraph graph) {
    this.graph = graph;
  }

  /** Expands a stage that starts from an image or from scratch. */
  public ExpandedStage expand(PlannedStage stage, BaseImage base) throws BuildfileException {
    if (!base.onBuild().isEmpty()) {
      throw graph
          .buildfile()
          .error(
              stage.stage().from().base().range(),
              "base image has ONBUILD triggers, which are not executed yet: "
                  + base.onBuild().get(0));
    }
    return expand(stage, StageScope.of(base));
  }

  /** Expands a stage that starts from another stage. */
  public ExpandedStage expand(PlannedStage stage, ExpandedStage base) throws BuildfileException {
    return expand(stage, base.scope().copy());
  }

  private ExpandedStage expand(PlannedStage stage, StageScope scope) throws BuildfileException {
    List<Operation> operations = new ArrayList<>(stage.vertices().size());
    InstructionExpander expander = new InstructionExpander(graph, scope);
    for (Vertex vertex : stage.vertices()) {
      operations.add(expander.expand(vertex));
    }
    return new ExpandedStage(stage, operations, scope);
  }
}
