package jbuild.sandbox;

import jbuild.linux.Fd;

/** What becomes descriptors 0, 1 and 2. Two of them may be the same; the caller keeps all three. */
public record Stdio(Fd in, Fd out, Fd err) {
  /** This process's own. */
  public static Stdio inherited() {
    return new Stdio(Fd.borrowed(0), Fd.borrowed(1), Fd.borrowed(2));
  }
}
