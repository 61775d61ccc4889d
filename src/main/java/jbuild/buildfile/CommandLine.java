package jbuild.buildfile;

import java.util.List;

/** The command of RUN, CMD, ENTRYPOINT and HEALTHCHECK: a JSON array of words, or shell text. */
public sealed interface CommandLine {
  /** {@code ["prog", "arg"]}: started as it stands. */
  record Exec(List<String> argv) implements CommandLine {
    public Exec {
      argv = List.copyOf(argv);
    }
  }

  /** Anything else: one text for the SHELL of the stage, continuation lines joined. */
  record Shell(String text) implements CommandLine {}
}
