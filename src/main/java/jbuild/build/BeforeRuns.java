package jbuild.build;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Flag;
import jbuild.graph.Operation;
import jbuild.step.RunSettings;
import jbuild.step.SecretWatch;

/** What can be refused before the first step is executed. */
final class BeforeRuns {
  private BeforeRuns() {}

  /**
   * @throws BuildfileException when a RUN wants rights that were not given to the build, or when
   *     the value of a secret would get into the image's configuration or history
   */
  static void check(
      Buildfile buildfile, List<PreparedStage> stages, RunSettings settings, SecretWatch secrets)
      throws BuildfileException {
    for (PreparedStage stage : stages) {
      for (Operation operation : stage.expanded().operations()) {
        if (operation instanceof Operation.RunOp run && run.flags().insecure()) {
          checkInsecure(buildfile, run, settings);
        }
        checkText(buildfile, operation, secrets);
      }
    }
  }

  /**
   * @throws IOException when what the command line adds to the image holds the value of a secret
   */
  static void check(ImageAdditions additions, SecretWatch secrets) throws IOException {
    if (!secrets.isActive()) {
      return;
    }
    for (Map.Entry<String, String> label : additions.labels().entrySet()) {
      secrets.check(label.getKey() + "=" + label.getValue(), "--label " + label.getKey());
    }
    for (ImageAnnotation annotation : additions.annotations()) {
      secrets.check(
          annotation.key() + "=" + annotation.value(), "--annotation " + annotation.key());
    }
  }

  private static void checkInsecure(Buildfile buildfile, Operation.RunOp run, RunSettings settings)
      throws BuildfileException {
    Flag flag = run.instruction().origin().flag("security");
    if (flag != null && !settings.entitlements().contains(RunSettings.INSECURE)) {
      throw buildfile.error(
          flag.range(),
          "RUN --security=insecure is not allowed",
          "allow it to this build with --allow " + RunSettings.INSECURE);
    }
  }

  private static void checkText(Buildfile buildfile, Operation operation, SecretWatch secrets)
      throws BuildfileException {
    String text = operation.createdBy();
    if (text == null || !secrets.isActive()) {
      return;
    }
    try {
      secrets.check(text, "the image's history");
    } catch (IOException leak) {
      throw buildfile.error(
          operation.instruction().origin().range(), String.valueOf(leak.getMessage()));
    }
  }
}
