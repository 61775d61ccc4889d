package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Stops and resumes the processes of a group: version 1's freezer.state (freezer-subsystem.rst) or
 * version 2's cgroup.freeze (cgroup-v2.rst).
 */
final class Freezer {
  private static final String STATE = "freezer.state";
  private static final String FROZEN = "FROZEN";
  private static final String THAWED = "THAWED";
  private static final String FREEZE = "cgroup.freeze";

  /** The kernel needs a moment for processes that are in a call: ten seconds at most. */
  private static final int ATTEMPTS = 2_000;

  private static final int PAUSE_MILLIS = 5;

  private final Path group;
  private final boolean isVersion1;

  private Freezer(Path group, boolean isVersion1) {
    this.group = group;
    this.isVersion1 = isVersion1;
  }

  static Freezer of(@Nullable Path version1, @Nullable Path version2) throws CgroupException {
    if (version1 != null) {
      return new Freezer(version1, true);
    }
    if (version2 != null && Files.exists(version2.resolve(FREEZE))) {
      return new Freezer(version2, false);
    }
    throw new CgroupException(
        "freeze processes: they are in no group with a freezer (mount version 1's freezer, or"
            + " version 2 with Linux 5.2 or newer)");
  }

  /** Thaws a group that version 1 has frozen, if it is one; anything else is left alone. */
  static void release(Path directory) throws IOException {
    Path state = directory.resolve(STATE);
    if (Files.exists(state)) {
      ControlFile.write(state, THAWED);
    }
  }

  void set(boolean frozen) throws IOException {
    for (int attempt = 1; ; attempt++) {
      // Version 1 may stay FREEZING while processes fork, and wants to be told again.
      if (isVersion1) {
        ControlFile.write(group.resolve(STATE), frozen ? FROZEN : THAWED);
      } else if (attempt == 1) {
        ControlFile.write(group.resolve(FREEZE), frozen ? "1" : "0");
      }
      if (isFrozen() == frozen) {
        return;
      }
      if (attempt == ATTEMPTS) {
        set(group, isVersion1);
        throw new CgroupException(
            (frozen ? "freeze " : "thaw ")
                + group
                + ": processes did not follow within ten seconds");
      }
      pause();
    }
  }

  /** Back to what works: half of the processes stopped is worse than none. */
  private static void set(Path group, boolean isVersion1) throws IOException {
    if (isVersion1) {
      ControlFile.write(group.resolve(STATE), THAWED);
    } else {
      ControlFile.write(group.resolve(FREEZE), "0");
    }
  }

  boolean isFrozen() throws IOException {
    return isVersion1
        ? ControlFile.read(group.resolve(STATE)).equals(FROZEN)
        : ControlFile.keyed(group.resolve("cgroup.events"), "frozen") == 1;
  }

  private static void pause() throws CgroupException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CgroupException("wait for processes to stop: interrupted", e);
    }
  }
}
