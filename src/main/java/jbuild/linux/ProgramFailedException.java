package jbuild.linux;

import java.io.IOException;

/** A call of a {@link SyscallProgram} failed in the child, which is gone. */
public final class ProgramFailedException extends IOException {
  private final String step;
  private final Errno errno;

  public ProgramFailedException(String step, Errno errno) {
    super(step + ": " + errno + " (" + errno.text() + ")");
    this.step = step;
    this.errno = errno;
  }

  /** The name that the failed call was given. */
  public String step() {
    return step;
  }

  public Errno errno() {
    return errno;
  }
}
