package jbuild.cli;

import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;

/** One command: what it accepts, and what it does. */
interface Command {
  /** The exit code of most commands for a command line that cannot be meant. */
  int USAGE = 2;

  /** The options and operands, without the ones that every command has. */
  CommandSpec spec();

  /**
   * Does it; the result is the exit code. A thrown exception is reported and becomes the code 1.
   */
  int run(Arguments arguments, Wiring wiring) throws Exception;

  /** The exit code when the command line cannot be meant. */
  default int usageCode() {
    return USAGE;
  }

  /** The exit code of a failure of jbuild's own. Runners keep 1 for the program they run. */
  default int failureCode() {
    return 1;
  }
}
