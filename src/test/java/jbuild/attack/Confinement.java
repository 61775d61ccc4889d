package jbuild.attack;

import java.io.IOException;

/** Something that runs a program in a sandbox. */
interface Confinement {
  String name();

  /** What was printed inside, and what is said when nothing could be started. */
  String play(Attempt attempt) throws IOException, InterruptedException;

  /** Whether the caller can give it mounts and a terminal. */
  default boolean hasCaller() {
    return true;
  }
}
