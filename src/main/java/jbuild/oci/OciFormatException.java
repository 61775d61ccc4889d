package jbuild.oci;

import java.io.IOException;

/** A document, digest or name that is not what the OCI specifications say: names it and the why. */
public final class OciFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public OciFormatException(String message) {
    super(message);
  }

  public OciFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
