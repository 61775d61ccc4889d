package jbuild.check;

/** How much a finding matters. The order is from worst to least. */
public enum Severity {
  /** The file cannot be built. */
  ERROR("error"),
  /** Probably not what was meant, or not what it should be. */
  WARNING("warning"),
  /** Could be better; only {@code jbuild check} says so. */
  INFO("info");

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  /** As messages and JSON call it. */
  public String word() {
    return word;
  }

  public boolean isAtLeast(Severity other) {
    return compareTo(other) <= 0;
  }
}
