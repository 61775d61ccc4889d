package jbuild.build;

import java.time.Duration;
import jbuild.graph.ExpandedStage;
import jbuild.graph.PlannedStage;
import jbuild.progress.BuildEvent;
import org.jspecify.annotations.Nullable;

/**
 * A stage whose base is known and whose variables are replaced; nothing of it was executed.
 *
 * @param base the image it starts from; null when it starts from another stage
 * @param from its FROM as it is shown
 * @param outcome whether the base was there or had to be made
 */
record PreparedStage(
    PlannedStage stage,
    ExpandedStage expanded,
    Bases.@Nullable Base base,
    BuildEvent.Step from,
    BuildEvent.Outcome outcome,
    Duration time) {

  /** How the stage is called in the output; null where the build has but one. */
  @Nullable String name() {
    return from.stage();
  }
}
