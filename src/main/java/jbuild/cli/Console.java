package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command writes: results to standard output, everything about the work to standard error.
 *
 * @param environment the process's environment, read nowhere else
 */
record Console(PrintStream out, PrintStream err, Map<String, String> environment) {

  /** A line for people on standard error. */
  void say(String line) {
    err.println(line);
    err.flush();
  }

  void flush() {
    out.flush();
    err.flush();
  }

  /** Whether a person is likely to look: a terminal that can move its cursor. */
  boolean isTerminal() {
    String term = environment.getOrDefault("TERM", "dumb");
    return !term.equals("dumb") && !environment.containsKey("CI") && isTerminal(2);
  }

  /** isatty(3) without native code: proc(5) names the device behind a descriptor. */
  private static boolean isTerminal(int descriptor) {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException noProc) {
      return false;
    }
  }
}
