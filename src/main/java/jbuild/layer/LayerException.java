package jbuild.layer;

import java.io.IOException;

/** A layer that cannot be read, stacked or written; the message says which entry and why. */
public final class LayerException extends IOException {
  public LayerException(String message) {
    super(message);
  }

  public LayerException(String message, Throwable cause) {
    super(message, cause);
  }
}
