package jbuild.buildfile;

import org.jspecify.annotations.Nullable;

/** The variables that an expansion sees. */
@FunctionalInterface
public interface Variables {
  /** Nothing is set. */
  Variables NONE = name -> null;

  /** The value, which may be empty, or null if the variable is not set. */
  @Nullable String get(String name);
}
