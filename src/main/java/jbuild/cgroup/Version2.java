package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What version 2's memory controller has counted, Documentation/admin-guide/cgroup-v2.rst of the
 * kernel.
 */
final class Version2 {
  private Version2() {}

  /** Since Linux 5.19. */
  static long memoryPeak(Path group) throws IOException {
    return ControlFile.number(group.resolve("memory.peak"));
  }

  static long oomKills(Path group) throws IOException {
    return ControlFile.keyed(group.resolve("memory.events"), "oom_kill");
  }
}
