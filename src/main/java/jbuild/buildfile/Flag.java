package jbuild.buildfile;

import org.jspecify.annotations.Nullable;

/**
 * One {@code --name=value} of an instruction; the value is null for a bare {@code --name}. Quotes
 * and escapes are already removed, variables are not expanded.
 */
public record Flag(String name, @Nullable String value, SourceRange range) {
  /** Whether a switch such as {@code --link} is on; {@code --link=false} is off. */
  public boolean isOn() {
    return !"false".equalsIgnoreCase(value);
  }
}
