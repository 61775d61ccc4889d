package jbuild.buildfile;

/**
 * What the expansions of one file may give in all: {@code LABEL b=$a} is short and can be repeated.
 * Not for several threads.
 */
public final class ExpansionBudget {
  private long left = Limits.EXPANSIONS_LENGTH;

  /** Takes as many characters as something that an expansion gave has. */
  public void spend(long characters) throws SyntaxException {
    left -= characters;
    if (left < 0) {
      throw new SyntaxException(
          "results of the file longer than " + Limits.EXPANSIONS_LENGTH + " characters in all");
    }
  }
}
