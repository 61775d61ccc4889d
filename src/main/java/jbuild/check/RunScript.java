package jbuild.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jbuild.buildfile.CommandLine;
import jbuild.buildfile.Heredoc;
import jbuild.buildfile.Instruction;

/**
 * What a RUN executes, as far as its text tells.
 *
 * @param commands of all its texts, in order
 * @param pieces the texts that a shell reads, each with how that shell was started
 */
record RunScript(List<ShellCommand> commands, List<Piece> pieces) {
  private static final Set<String> SHELLS = Set.of("sh", "bash", "ash", "dash", "ksh", "zsh");

  /**
   * @param document whether it is a here-document
   * @param shell the words that start the shell
   */
  record Piece(String text, boolean document, List<String> shell, List<ShellCommand> commands) {
    static Piece of(String text, boolean document, List<String> shell) {
      return new Piece(text, document, shell, ShellScanner.scan(text));
    }

    /** Whether the shell ends at the first command that fails, from the second command on. */
    boolean hasErrexit() {
      return startedWith('e', "errexit") || sets('e', "errexit");
    }

    boolean hasPipefail() {
      return startedWith('\0', "pipefail") || sets('\0', "pipefail");
    }

    private boolean startedWith(char letter, String name) {
      return new ShellCommand(ShellCommand.Join.THEN, shell).hasShort(letter)
          || shell.contains(name);
    }

    private boolean sets(char letter, String name) {
      for (ShellCommand command : commands) {
        if (command.program().equals("set") && (command.hasShort(letter) || command.has(name))) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * @param shell of the stage; empty for the usual one
   */
  static RunScript of(Instruction.Run run, List<String> shell) {
    List<Piece> pieces = new ArrayList<>();
    List<ShellCommand> commands = new ArrayList<>();
    if (run.command() instanceof CommandLine.Exec exec) {
      exec(exec.argv(), pieces, commands);
    } else if (isPosix(shell)) {
      String text = ((CommandLine.Shell) run.command()).text();
      if (run.isLoneHeredoc()) {
        document(run.heredocs().get(0), shell, pieces);
      } else {
        pieces.add(Piece.of(text, false, shell));
        for (ShellCommand command : pieces.get(0).commands()) {
          // A shell that is given nothing to execute reads the here-document.
          if (SHELLS.contains(command.program())
              && !run.heredocs().isEmpty()
              && !command.hasShort('c')
              && command.operands().isEmpty()) {
            pieces.add(Piece.of(run.heredocs().get(0).body(), true, command.words()));
          }
        }
      }
    }
    for (Piece piece : pieces) {
      commands.addAll(piece.commands());
    }
    return new RunScript(commands, pieces);
  }

  private static void exec(List<String> argv, List<Piece> pieces, List<ShellCommand> commands) {
    ShellCommand command = new ShellCommand(ShellCommand.Join.THEN, argv);
    if (SHELLS.contains(command.program()) && command.hasShort('c') && argv.size() > 2) {
      int last = argv.size() - 1;
      pieces.add(Piece.of(argv.get(last), false, argv.subList(0, last)));
    } else if (!argv.isEmpty()) {
      commands.add(command);
    }
  }

  /** A document that starts with {@code #!} is executed as a file. */
  private static void document(Heredoc document, List<String> shell, List<Piece> pieces) {
    String body = document.body();
    if (!body.startsWith("#!")) {
      pieces.add(Piece.of(body, true, shell));
      return;
    }
    int end = body.indexOf('\n');
    String line = body.substring(2, end < 0 ? body.length() : end);
    List<ShellCommand> interpreter = ShellScanner.scan(line);
    if (!interpreter.isEmpty() && SHELLS.contains(interpreter.get(0).program())) {
      pieces.add(Piece.of(body, true, interpreter.get(0).words()));
    }
  }

  /** Whether the scanner understands what the shell does: not PowerShell, for example. */
  private static boolean isPosix(List<String> shell) {
    return shell.isEmpty()
        || SHELLS.contains(new ShellCommand(ShellCommand.Join.THEN, shell).program());
  }
}
