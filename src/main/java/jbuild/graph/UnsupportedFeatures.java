package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;

/**
 * What is parsed and needed for the target, but not executed yet: found before anything runs. The
 * rest shows only when values are known: {@link StageExpander} refuses it then.
 */
public final class UnsupportedFeatures {
  private final Buildfile buildfile;
  private final List<BuildfileException> found = new ArrayList<>();

  private UnsupportedFeatures(Buildfile buildfile) {
    this.buildfile = buildfile;
  }

  /** One error a place, in the order of the file; empty if everything can be executed. */
  public static List<BuildfileException> check(BuildGraph graph) {
    UnsupportedFeatures features = new UnsupportedFeatures(graph.buildfile());
    for (PlannedStage stage : graph.stages()) {
      features.check(stage);
    }
    return List.copyOf(features.found);
  }

  private void check(PlannedStage stage) {
    for (Vertex vertex : stage.vertices()) {
      check(vertex.instruction());
    }
  }

  private void check(Instruction instruction) {
    if (instruction instanceof Instruction.Run run) {
      checkRun(run);
    }
  }

  private void checkRun(Instruction.Run run) {
    for (Flag flag : run.origin().flags()) {
      boolean insecure = flag.name().equals("security") && "insecure".equals(flag.value());
      if (insecure || flag.name().equals("mount") || flag.name().equals("device")) {
        refuse(flag, "RUN --" + flag.name());
      }
    }
  }

  private void refuse(Flag flag, String what) {
    found.add(buildfile.error(flag.range(), what + " is not executed yet"));
  }
}
