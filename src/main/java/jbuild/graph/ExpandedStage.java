package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A stage ready to be executed; stages built on it start from here. */
public final class ExpandedStage {
  private final PlannedStage stage;
  private final List<Operation> operations;
  private final StageScope scope;

  ExpandedStage(PlannedStage stage, List<Operation> operations, StageScope scope) {
    this.stage = stage;
    this.operations = List.copyOf(operations);
    this.scope = scope;
  }

  public PlannedStage stage() {
    return stage;
  }

  /** One for each instruction, in order. */
  public List<Operation> operations() {
    return operations;
  }

  /** The environment that the image configuration ends up with, PATH included. */
  public List<String> environment() {
    return lines(scope.environment());
  }

  /** The absolute directory that the image configuration ends up with. */
  public String workdir() {
    return scope.workdir();
  }

  StageScope scope() {
    return scope;
  }

  static List<String> lines(Map<String, String> variables) {
    List<String> lines = new ArrayList<>(variables.size());
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      lines.add(variable.getKey() + "=" + variable.getValue());
    }
    return lines;
  }
}
