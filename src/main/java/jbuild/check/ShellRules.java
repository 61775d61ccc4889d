package jbuild.check;

import java.util.List;
import java.util.Set;

/** Errors that a shell would pass over. */
final class ShellRules {
  /** What does not fail in a way that matters, or fails on purpose when nobody reads any more. */
  private static final Set<String> HARMLESS =
      Set.of(
          "echo", "printf", "yes", "true", ":", "ls", "env", "uname", "dpkg", "arch", "seq", "find",
          "date", "id", "for", "done");

  /** What a script may begin with before anything can go wrong. */
  private static final Set<String> PREPARATION = Set.of("set", "export", "echo", ":", "true");

  private ShellRules() {}

  static void check(Site site, RunScript script) {
    for (RunScript.Piece piece : script.pieces()) {
      if (piece.document()) {
        errexit(site, piece);
      }
      pipefail(site, piece);
    }
  }

  private static void errexit(Site site, RunScript.Piece piece) {
    if (piece.hasErrexit()) {
      return;
    }
    int statements = 0;
    for (ShellCommand command : piece.commands()) {
      boolean starts = command.join() == ShellCommand.Join.THEN;
      if (starts && !(statements == 0 && PREPARATION.contains(command.program()))) {
        statements++;
      }
    }
    if (statements > 1) {
      site.warn(
          Rule.HEREDOC_WITHOUT_ERREXIT,
          site.range(),
          "only the last command of this here-document decides whether the step fails",
          "begin it with set -e");
    }
  }

  private static void pipefail(Site site, RunScript.Piece piece) {
    if (piece.hasPipefail()) {
      return;
    }
    List<ShellCommand> commands = piece.commands();
    for (int i = 1; i < commands.size(); i++) {
      ShellCommand from = commands.get(i - 1);
      if (commands.get(i).join() == ShellCommand.Join.PIPE && !HARMLESS.contains(from.program())) {
        site.warn(
            Rule.PIPE_WITHOUT_PIPEFAIL,
            site.locate(from),
            "a failure of " + from.program() + " before the pipe goes unnoticed",
            "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"], or set -o pipefail");
        return;
      }
    }
  }
}
