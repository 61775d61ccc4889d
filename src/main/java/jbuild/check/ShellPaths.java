package jbuild.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.ShellWords;
import org.jspecify.annotations.Nullable;

/** Where the paths of a RUN's commands lead, following {@code cd} as far as it is plain. */
final class ShellPaths {
  private static final ShellWords WORDS = ShellWords.withEscape('\\').quotesArePlain();

  /**
   * An operand.
   *
   * @param path absolute and clean; of a pattern, the directory that it looks into
   * @param isPattern whether it means some of what is in the directory
   */
  record Target(String path, boolean isPattern) {}

  private final Map<String, String> variables;
  private String directory;

  /** False after a {@code cd} to nobody knows where. */
  private boolean directoryKnown = true;

  ShellPaths(StageScope scope) {
    this.variables = scope.variables();
    this.directory = scope.workdir();
  }

  /** Sees a command go by. */
  void after(ShellCommand command) {
    if (!command.program().equals("cd") && !command.program().equals("pushd")) {
      return;
    }
    List<String> operands = command.operands();
    Target target = operands.isEmpty() ? null : target(operands.get(0));
    directoryKnown = target != null && !target.isPattern();
    if (target != null && directoryKnown) {
      directory = target.path();
    }
  }

  List<Target> targets(List<String> operands) {
    List<Target> targets = new ArrayList<>();
    for (String operand : operands) {
      Target target = target(operand);
      if (target != null) {
        targets.add(target);
      }
    }
    return targets;
  }

  /** Null when it cannot be told. */
  @Nullable Target target(String operand) {
    Expansion expansion = Expansion.of(WORDS, operand, variables);
    String path = expansion.text();
    if (!expansion.unmatched().isEmpty() || path.isEmpty() || path.indexOf('$') >= 0) {
      return null;
    }
    if (path.equals("~") || path.startsWith("~/")) {
      path = "/root" + path.substring(1);
    }
    if (path.indexOf('`') >= 0 || (!path.startsWith("/") && !directoryKnown)) {
      return null;
    }
    int pattern = firstPattern(path);
    if (pattern >= 0) {
      int slash = path.lastIndexOf('/', pattern);
      path = slash < 0 ? "." : path.substring(0, slash + 1);
    }
    return new Target(CleanPath.join(directory, path), pattern >= 0);
  }

  private static int firstPattern(String path) {
    for (int i = 0; i < path.length(); i++) {
      if ("*?[{".indexOf(path.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }
}
