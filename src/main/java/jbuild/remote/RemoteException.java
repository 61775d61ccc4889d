package jbuild.remote;

import java.io.IOException;

/** Something that could not be fetched, or is not what was asked for. */
public final class RemoteException extends IOException {
  private static final long serialVersionUID = 1L;

  RemoteException(String message) {
    super(message);
  }

  RemoteException(String message, Throwable cause) {
    super(message, cause);
  }
}
