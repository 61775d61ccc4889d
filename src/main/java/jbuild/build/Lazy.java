package jbuild.build;

import java.io.IOException;

/** Something that is costly to have and that a build may not need. */
@FunctionalInterface
public interface Lazy<T> {
  T get() throws IOException;
}
