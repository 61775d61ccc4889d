package jbuild.store;

import java.io.IOException;

/** The store could not do what was asked: names the operation, the subject and the reason. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
