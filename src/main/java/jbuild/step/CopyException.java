package jbuild.step;

import java.io.IOException;
import jbuild.io.BytePath;

/** A COPY or ADD that cannot be done: a missing source, or types that conflict. */
final class CopyException extends IOException {
  private static final long serialVersionUID = 1;

  CopyException(String message) {
    super(message);
  }

  CopyException(String message, Throwable cause) {
    super(message, cause);
  }

  static CopyException leadsNowhere(BytePath link, String source) {
    return new CopyException(
        link.relative() + ": it is a symbolic link that leads nowhere in " + source);
  }
}
