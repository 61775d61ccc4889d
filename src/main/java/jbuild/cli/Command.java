package jbuild.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command: what it accepts, and what it does. */
interface Command {
  /** The options and operands, without the ones that every command has. */
  CommandSpec spec();

  /**
   * Does it; the result is the exit code. A thrown exception is reported and becomes the code 1.
   */
  int run(ParseResult arguments, Wiring wiring) throws Exception;

  /** The exit code of a failure of jbuild's own. Runners keep 1 for the program they run. */
  default int failureCode() {
    return 1;
  }
}
