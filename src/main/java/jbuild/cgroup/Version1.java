package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of version 1's controllers, Documentation/admin-guide/cgroup-v1 of the kernel. */
final class Version1 {
  private Version1() {}

  static void limit(Controller controller, Path group, ResourceLimits limits) throws IOException {
    switch (controller) {
      case MEMORY -> {
        String bytes = Long.toString(limits.memoryBytes());
        ControlFile.write(group.resolve("memory.limit_in_bytes"), bytes);
        // Memory and swap together; there only when swap is accounted. Must not be below the other.
        Path withSwap = group.resolve("memory.memsw.limit_in_bytes");
        if (Files.exists(withSwap)) {
          ControlFile.write(withSwap, bytes);
        }
      }
      case CPU -> {
        ControlFile.write(
            group.resolve("cpu.cfs_period_us"), Long.toString(ResourceLimits.CPU_PERIOD_MICROS));
        ControlFile.write(group.resolve("cpu.cfs_quota_us"), Long.toString(limits.cpuMicros()));
      }
      case PIDS -> ControlFile.write(group.resolve("pids.max"), Long.toString(limits.pids()));
    }
  }

  static long memoryPeak(Path group) throws IOException {
    return ControlFile.number(group.resolve("memory.max_usage_in_bytes"));
  }

  /** The counter is there since Linux 4.13. */
  static long oomKills(Path group) throws IOException {
    return ControlFile.keyed(group.resolve("memory.oom_control"), "oom_kill");
  }
}
