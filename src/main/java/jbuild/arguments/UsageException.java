package jbuild.arguments;

/** The command line does not say something jbuild can do; found out before any work. */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  public UsageException(String message) {
    super(message);
  }
}
