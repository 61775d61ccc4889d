package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.Stage;

/**
 * What the base of a stage has it do first (reference, "ONBUILD"). Triggers do not reach
 * grandchildren: a stage hands on its own ONBUILDs only. They stand in no file, so each error in
 * one points at the FROM and quotes it.
 */
final class StageTriggers {
  private final Buildfile buildfile;
  private final BaseTriggers images;

  StageTriggers(Buildfile buildfile, BaseTriggers images) {
    this.buildfile = buildfile;
    this.images = images;
  }

  /** In the order in which they run. */
  List<Instruction> of(Stage stage, InputRef base, PlatformName platform)
      throws BuildfileException {
    List<Instruction> triggers = new ArrayList<>();
    for (String expression : expressions(base, platform)) {
      triggers.add(buildfile.trigger(expression, stage.from().base().range()));
    }
    return triggers;
  }

  private List<String> expressions(InputRef base, PlatformName platform) {
    if (base instanceof InputRef.FromImage image) {
      return images.of(image.name(), platform);
    }
    List<String> expressions = new ArrayList<>();
    if (base instanceof InputRef.FromStage other) {
      for (Instruction instruction : buildfile.stages().get(other.index()).instructions()) {
        if (instruction instanceof Instruction.Onbuild onbuild) {
          expressions.add(onbuild.expression());
        }
      }
    }
    return expressions;
  }

  /** The error of a trigger whose text alone was not wrong. */
  static BuildfileException error(
      Buildfile buildfile, Instruction trigger, BuildfileException error) {
    SourceRange from = trigger.origin().range();
    return buildfile.error(
        from, "ONBUILD " + trigger.origin().display() + ": " + error.problem(), error.hint());
  }
}
