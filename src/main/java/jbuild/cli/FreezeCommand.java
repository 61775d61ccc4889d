package jbuild.cli;

import java.io.IOException;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.cgroup.Cgroup;

/** {@code jbuild pause} and {@code jbuild unpause}. */
final class FreezeCommand implements Command {
  private final boolean freeze;

  private FreezeCommand(boolean freeze) {
    this.freeze = freeze;
  }

  static FreezeCommand pause() {
    return new FreezeCommand(true);
  }

  static FreezeCommand unpause() {
    return new FreezeCommand(false);
  }

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            freeze
                ? "Stop all processes of containers until they are unpaused."
                : "Let the processes of paused containers go on.")
        .someOperands("CONTAINER", "Names or starts of IDs.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    String what = freeze ? "pause" : "unpause";
    for (String typed : arguments.operands()) {
      Cgroup group = RunningContainer.find(wiring, what, typed).group();
      if (group.isFrozen() == freeze) {
        throw new IOException(
            what
                + " container "
                + typed
                + (freeze ? ": it is paused already" : ": it is not paused"));
      }
      if (freeze) {
        group.freeze();
      } else {
        group.thaw();
      }
      wiring.console().out().println(typed);
    }
    return 0;
  }
}
