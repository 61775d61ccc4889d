package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.ExpansionBudget;
import jbuild.buildfile.Warning;

/** Turns the instructions of a stage into operations, as soon as the base of the stage is known. */
public final class StageExpander {
  private final BuildGraph graph;
  private final ExpansionBudget budget = new ExpansionBudget();

  public StageExpander(BuildGraph graph) {
    this.graph = graph;
  }

  /** Expands a stage that starts from an image or from scratch. */
  public ExpandedStage expand(PlannedStage stage, BaseImage base) throws BuildfileException {
    return expand(stage, StageScope.of(base));
  }

  /** Expands a stage that starts from another stage. */
  public ExpandedStage expand(PlannedStage stage, ExpandedStage base) throws BuildfileException {
    return expand(stage, base.scope().copy());
  }

  private ExpandedStage expand(PlannedStage stage, StageScope scope) throws BuildfileException {
    List<Operation> operations = new ArrayList<>(stage.vertices().size());
    List<Warning> warnings = new ArrayList<>();
    if (graph.buildfile().directives().strictShell()) {
      scope.runStrictly();
    }
    InstructionExpander expander = new InstructionExpander(graph, budget, scope, warnings);
    for (Vertex vertex : stage.vertices()) {
      try {
        operations.add(expander.expand(vertex));
      } catch (BuildfileException e) {
        throw vertex.isTrigger()
            ? StageTriggers.error(graph.buildfile(), vertex.instruction(), e)
            : e;
      }
    }
    return new ExpandedStage(stage, operations, scope, warnings);
  }
}
