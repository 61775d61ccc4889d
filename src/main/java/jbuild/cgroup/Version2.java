package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of version 2's controllers, Documentation/admin-guide/cgroup-v2.rst of the kernel. */
final class Version2 {
  private Version2() {}

  static void limit(Controller controller, Path group, ResourceLimits limits) throws IOException {
    switch (controller) {
      case MEMORY -> {
        ControlFile.write(group.resolve("memory.max"), Long.toString(limits.memoryBytes()));
        Path swap = group.resolve("memory.swap.max"); // there only when swap is accounted
        if (Files.exists(swap)) {
          ControlFile.write(swap, "0");
        }
      }
      case CPU ->
          ControlFile.write(
              group.resolve("cpu.max"),
              limits.cpuMicros() + " " + ResourceLimits.CPU_PERIOD_MICROS);
      case PIDS -> ControlFile.write(group.resolve("pids.max"), Long.toString(limits.pids()));
    }
  }

  /** Since Linux 5.19. */
  static long memoryPeak(Path group) throws IOException {
    return ControlFile.number(group.resolve("memory.peak"));
  }

  static long oomKills(Path group) throws IOException {
    return ControlFile.keyed(group.resolve("memory.events"), "oom_kill");
  }
}
