package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code # jbuild: strict-shell}: a RUN in shell form fails with its first command that fails
 * ({@code -e}), and with any part of a pipe ({@code pipefail}), where the shell has that. Shells
 * that are not known are left as they are.
 */
final class StrictShell {
  /** Those that always have pipefail. */
  private static final Set<String> WITH_PIPEFAIL =
      Set.of("bash", "zsh", "ksh", "ksh93", "mksh", "ash");

  /** Those that have it or not, by version: dash got it late, and sh may be anything. */
  private static final Set<String> PERHAPS_WITH_PIPEFAIL = Set.of("sh", "dash");

  /** Asks in a subshell, since a shell that does not know the option exits. */
  private static final String ASKING = "(set -o pipefail) 2>/dev/null && set -o pipefail; ";

  private StrictShell() {}

  static List<String> command(List<String> shell, String command) {
    List<String> argv = new ArrayList<>(shell);
    String program = shell.isEmpty() ? "" : shell.get(0);
    String name = program.substring(program.lastIndexOf('/') + 1);
    String prefix = "";
    int last = shell.size() - 1;
    boolean known = WITH_PIPEFAIL.contains(name) || PERHAPS_WITH_PIPEFAIL.contains(name);
    if (known && last > 0 && isCommandFlag(shell.get(last))) {
      argv.set(last, withErrexit(shell.get(last)));
      if (PERHAPS_WITH_PIPEFAIL.contains(name)) {
        prefix = ASKING;
      } else if (!shell.contains("pipefail")) {
        argv.addAll(last, List.of("-o", "pipefail"));
      }
    }
    argv.add(prefix + command);
    return argv;
  }

  /** {@code -c}, alone or at the end of short flags such as {@code -lc}. */
  private static boolean isCommandFlag(String flag) {
    return flag.startsWith("-") && !flag.startsWith("--") && flag.endsWith("c");
  }

  private static String withErrexit(String flag) {
    return flag.indexOf('e') >= 0 ? flag : flag.substring(0, flag.length() - 1) + "ec";
  }
}
