package jbuild.fs;

import java.io.IOException;

/** An image that may be in order but uses something that cannot be read here; says what. */
public final class UnsupportedFilesystemException extends IOException {
  private static final long serialVersionUID = 1L;

  public UnsupportedFilesystemException(String message) {
    super(message);
  }
}
