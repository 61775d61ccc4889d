package jbuild.sandbox;

import java.util.List;
import jbuild.io.BytePath;

/** Where a mount may land. */
final class Targets {
  private static final BytePath PROC = BytePath.parse("/proc");
  private static final BytePath SYS = BytePath.parse("/sys");
  private static final BytePath DEV = BytePath.parse("/dev");

  /** The mounts that every sandbox has; a second one on top would undo their protection. */
  private static final List<BytePath> TAKEN = List.of(BytePath.ROOT, SYS, DEV);

  private Targets() {}

  static void check(BytePath target) {
    if (target.startsWith(PROC) || TAKEN.contains(target)) {
      throw new IllegalArgumentException(
          "mount on " + target + ": the sandbox has its own there (choose another place)");
    }
  }

  static void checkBelowDev(BytePath target) {
    if (!target.startsWith(DEV) || target.equals(DEV)) {
      throw new IllegalArgumentException("mount on " + target + ": it is not below /dev");
    }
  }

  /** Whether {@code target} can exist only after the sandbox's own mounts are in place. */
  static boolean isInOwnMount(BytePath target) {
    return target.startsWith(DEV) || target.startsWith(SYS);
  }
}
