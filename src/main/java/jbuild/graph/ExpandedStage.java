package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.Warning;

/** A stage ready to be executed; stages built on it start from here. */
public final class ExpandedStage {
  private final PlannedStage stage;
  private final List<Operation> operations;
  private final StageScope scope;

  private final List<Warning> warnings;

  ExpandedStage(
      PlannedStage stage, List<Operation> operations, StageScope scope, List<Warning> warnings) {
    this.stage = stage;
    this.operations = List.copyOf(operations);
    this.scope = scope;
    this.warnings = List.copyOf(warnings);
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

  /** What showed only when values were known. */
  public List<Warning> warnings() {
    return warnings;
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
