package jbuild.medium;

import java.io.IOException;

/** A medium in which what was asked for cannot be found; says what was looked for and where. */
public final class MediumException extends IOException {
  private static final long serialVersionUID = 1L;

  public MediumException(String message) {
    super(message);
  }

  MediumException(String message, Throwable cause) {
    super(message, cause);
  }
}
