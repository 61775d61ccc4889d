package jbuild.sandbox;

import java.io.IOException;

/** A sandbox could not be set up; the program in it has not run. */
public final class SandboxException extends IOException {
  public SandboxException(String message) {
    super(message);
  }

  public SandboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
