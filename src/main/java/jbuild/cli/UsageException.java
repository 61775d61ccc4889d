package jbuild.cli;

/** The command line does not say something jbuild can do; the exit code is 2, before any work. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
