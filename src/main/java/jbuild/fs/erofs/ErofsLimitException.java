package jbuild.fs.erofs;

import java.io.IOException;

/** A tree that has no form as an EROFS image: something in it exceeds a limit of the format. */
public final class ErofsLimitException extends IOException {
  private static final long serialVersionUID = 1L;

  ErofsLimitException(String message) {
    super(message);
  }
}
