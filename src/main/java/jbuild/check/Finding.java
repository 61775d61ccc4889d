package jbuild.check;

import jbuild.buildfile.SourceRange;
import org.jspecify.annotations.Nullable;

/**
 * Something that a rule has to say about a place of the file.
 *
 * @param hint what to do, or null
 */
public record Finding(Rule rule, SourceRange range, String message, @Nullable String hint) {
  public Severity severity() {
    return rule.severity();
  }
}
