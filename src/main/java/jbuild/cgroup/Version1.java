package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What version 1's memory controller has counted, Documentation/admin-guide/cgroup-v1 of the
 * kernel.
 */
final class Version1 {
  private Version1() {}

  static long memoryPeak(Path group) throws IOException {
    return ControlFile.number(group.resolve("memory.max_usage_in_bytes"));
  }

  /** The counter is there since Linux 4.13. */
  static long oomKills(Path group) throws IOException {
    return ControlFile.keyed(group.resolve("memory.oom_control"), "oom_kill");
  }
}
