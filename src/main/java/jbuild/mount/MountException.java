package jbuild.mount;

import java.io.IOException;

/** An image could not be mounted or unmounted. */
public final class MountException extends IOException {
  private static final long serialVersionUID = 1;

  MountException(String message) {
    super(message);
  }

  MountException(String message, Throwable cause) {
    super(message, cause);
  }
}
