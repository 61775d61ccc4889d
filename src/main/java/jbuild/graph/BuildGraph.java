package jbuild.graph;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import jbuild.buildfile.Buildfile;

/**
 * The stages that the target needs, each after those that it depends on; the target is the last.
 *
 * @param globals the values that FROM sees and that a bare ARG in a stage takes
 * @param unusedBuildArgs names given with {@code --build-arg} that no ARG asks for
 * @param sourceDateEpoch seconds since 1970 that no time in the image may exceed
 */
public record BuildGraph(
    Buildfile buildfile,
    BuildRequest request,
    List<PlannedStage> stages,
    Map<String, String> globals,
    List<String> unusedBuildArgs,
    OptionalLong sourceDateEpoch) {
  public BuildGraph {
    stages = List.copyOf(stages);
    globals = Map.copyOf(globals);
    unusedBuildArgs = List.copyOf(unusedBuildArgs);
  }

  public PlannedStage target() {
    return stages.get(stages.size() - 1);
  }
}
