package jbuild.step;

import java.io.IOException;
import jbuild.secret.SecretPatterns;

/** A layer is about to hold the value of a secret. */
final class SecretLeakException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param where in the layer, for people
   */
  SecretLeakException(SecretPatterns.Match match, String where) {
    super(
        "keep secret "
            + match.id()
            + ": its value is"
            + match.form()
            + " in "
            + where
            + ", which everybody who has the image can read (remove it in the same step, or allow"
            + " it with --allow-secret-leak)");
  }
}
