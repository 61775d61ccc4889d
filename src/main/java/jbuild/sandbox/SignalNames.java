package jbuild.sandbox;

/** Names of signals that end processes, for messages; signal(7). */
final class SignalNames {
  private static final String[] NAMES = {
    "",
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT"
  };

  private static final int SIGXCPU = 24;
  private static final int SIGXFSZ = 25;
  private static final int SIGSYS = 31;

  private SignalNames() {}

  /** {@code " (SIGKILL)"}, empty for a signal without a name here. */
  static String inBrackets(int signal) {
    String name =
        switch (signal) {
          case SIGXCPU -> "SIGXCPU";
          case SIGXFSZ -> "SIGXFSZ";
          case SIGSYS -> "SIGSYS";
          default -> signal > 0 && signal < NAMES.length ? NAMES[signal] : "";
        };
    return name.isEmpty() ? "" : " (" + name + ")";
  }
}
