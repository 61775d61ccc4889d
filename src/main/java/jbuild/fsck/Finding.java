package jbuild.fsck;

/**
 * Something that is not as it should be.
 *
 * @param text what and where, for people
 */
public record Finding(Severity severity, String text) {
  /** What became of it. */
  public enum Severity {
    /** No damage; worth to be told. */
    NOTE,
    /** It was derived, and what is damaged of it is removed. */
    REPAIRED,
    /** It is as it was. */
    LEFT
  }
}
