package jbuild.base;

import java.io.IOException;

/** A base image could not be made; says of what, and why. */
public final class BaseException extends IOException {
  private static final long serialVersionUID = 1L;

  public BaseException(String message) {
    super(message);
  }

  public BaseException(String message, Throwable cause) {
    super(message, cause);
  }
}
