package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jbuild.buildfile.Suggestion;
import org.jspecify.annotations.Nullable;

/**
 * The signals of signal(7), with or without SIG, and numbers; STOPSIGNAL keeps what was written.
 */
final class SignalNames {
  private static final Set<String> NAMES =
      Set.of(
          "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT",
          "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM",
          "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
          "RTMIN", "RTMAX");

  /** SIGRTMAX. */
  private static final int HIGHEST = 64;

  private SignalNames() {}

  static boolean isSignal(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    if (name.startsWith("SIG")) {
      name = name.substring(3);
    }
    if (NAMES.contains(name)) {
      return true;
    }
    if (name.startsWith("RTMIN+") || name.startsWith("RTMAX-")) {
      return isNumber(name.substring(6), 0, 30);
    }
    return isNumber(text, 1, HIGHEST);
  }

  /** Names a signal that was probably meant; null if none is near. */
  static @Nullable String near(String text) {
    boolean prefixed = text.toUpperCase(Locale.ROOT).startsWith("SIG");
    List<String> names = new ArrayList<>();
    for (String name : NAMES) {
      names.add(prefixed ? "SIG" + name : name);
    }
    names.sort(null);
    return Suggestion.hint(text, names);
  }

  private static boolean isNumber(String text, int low, int high) {
    if (text.isEmpty() || text.length() > 2) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    int value = Integer.parseInt(text);
    return value >= low && value <= high;
  }
}
