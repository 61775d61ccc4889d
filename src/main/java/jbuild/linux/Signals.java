package jbuild.linux;

/** Signal numbers of signal(7); x86-64 and aarch64 share them. */
public final class Signals {
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGQUIT = 3;
  public static final int SIGKILL = 9;
  public static final int SIGUSR1 = 10;
  public static final int SIGUSR2 = 12;
  public static final int SIGTERM = 15;
  public static final int SIGCHLD = 17;
  public static final int SIGWINCH = 28;

  private Signals() {}
}
