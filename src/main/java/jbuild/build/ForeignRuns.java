package jbuild.build;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.graph.InputRef;
import jbuild.graph.Operation;
import jbuild.graph.PlatformName;

/** Finds the RUNs that this machine cannot execute, before anything is executed. */
final class ForeignRuns {
  private ForeignRuns() {}

  /**
   * @param stages in the order of the plan
   */
  static void refuse(Buildfile buildfile, List<PreparedStage> stages, Emulation emulation)
      throws IOException, BuildfileException {
    Map<Integer, PlatformName> platforms = new HashMap<>();
    for (PreparedStage stage : stages) {
      Bases.Base base = stage.base();
      PlatformName platform =
          base != null
              ? BaseImages.name(base.config().platform())
              : platforms.get(((InputRef.FromStage) stage.stage().base()).index());
      if (platform == null) {
        throw new IllegalStateException("a stage is built after its base");
      }
      platforms.put(stage.stage().index(), platform);
      for (Operation operation : stage.expanded().operations()) {
        if (operation instanceof Operation.RunOp) {
          refuse(buildfile, operation, platform, emulation);
          break;
        }
      }
    }
  }

  private static void refuse(
      Buildfile buildfile, Operation run, PlatformName platform, Emulation emulation)
      throws IOException, BuildfileException {
    String missing = emulation.missing(platform);
    if (missing != null) {
      throw buildfile.error(
          run.instruction().origin().range(),
          "RUN for " + platform + " cannot be executed on this machine",
          missing);
    }
  }
}
