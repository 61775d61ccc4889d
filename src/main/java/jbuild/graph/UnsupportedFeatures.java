package jbuild.graph;

import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;

/** What is parsed and needed for the target, but cannot be executed: found before anything runs. */
public final class UnsupportedFeatures {
  private UnsupportedFeatures() {}

  /** Fails at the first one in the order of the stages. */
  public static void refuse(BuildGraph graph) throws BuildfileException {
    for (PlannedStage stage : graph.stages()) {
      for (Vertex vertex : stage.vertices()) {
        Flag device = vertex.instruction().origin().flag("device");
        if (device != null && vertex.instruction() instanceof Instruction.Run) {
          throw graph.buildfile().error(device.range(), "RUN --device is not executed yet");
        }
      }
    }
  }
}
