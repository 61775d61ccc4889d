package jbuild.progress;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that happened in a build. The closed set is what a display has to know. */
public sealed interface BuildEvent {

  /**
   * One step as it is shown.
   *
   * @param stage name or index of the stage; null where the build has only one
   * @param number 1-based position in the stage
   * @param total steps of the stage
   * @param text the instruction as written, on one line
   */
  record Step(@Nullable String stage, int number, int total, String text) {
    /** Written out: what a record gets is linked when it is first called, 10 ms of every build. */
    @Override
    public int hashCode() {
      return 31 * number + text.hashCode();
    }
  }

  /** The step waits for another build that is executing the same one. */
  record StepWaiting(Step step) implements BuildEvent {}

  /** The step begins to do work: it was not found in the cache. */
  record StepStarted(Step step) implements BuildEvent {}

  /** A piece of what the step's processes print, standard output and standard error together. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
  record StepOutput(Step step, byte[] bytes, int length) implements BuildEvent {}

  /** How a step came to its result. */
  enum Outcome {
    /** It was executed. */
    DONE,
    /** Its result was found in the cache. */
    CACHED,
    /** It changes the configuration only; there was nothing to do. */
    CONFIG
  }

  /**
   * The step has its result; a layer may still be being written in the background.
   *
   * @param bytes content stored by this step, -1 where it makes no layer or the size is not known
   *     yet
   */
  record StepFinished(Step step, Outcome outcome, Duration time, long bytes)
      implements BuildEvent {}

  /** The step has no result, and the build ends. What went wrong is told by its exception. */
  record StepFailed(Step step) implements BuildEvent {}

  /** Something the user should know and that is not an error. */
  record Warning(String message) implements BuildEvent {}
}
