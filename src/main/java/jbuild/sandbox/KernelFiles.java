package jbuild.sandbox;

import static jbuild.linux.Arg.NONE;
import static jbuild.linux.Arg.number;
import static jbuild.linux.Arg.string;

import java.util.List;
import jbuild.linux.Arg;
import jbuild.linux.Errno;
import jbuild.linux.MountFlags;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/**
 * What of the kernel's own files a sandbox sees: the lists are those of Docker and containerd
 * (moby's daemon/pkg/oci/defaults.go), which hide what tells of or changes the host, and the counts
 * and flags of the host's pages, which say where other processes' memory is (Rowhammer).
 */
final class KernelFiles {
  /** Files that read as empty. */
  static final List<String> MASKED_FILES =
      List.of(
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/kpagecgroup",
          "/proc/kpagecount",
          "/proc/kpageflags",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/timer_list",
          "/proc/timer_stats");

  /** Directories that are empty. */
  static final List<String> MASKED_DIRECTORIES =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/scsi",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");

  static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private static final long HARMLESS =
      MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;

  private KernelFiles() {}

  /**
   * Hides and protects. What this kernel does not have (ENOENT) needs no protection; any other
   * failure ends the sandbox.
   */
  static void restrict(SyscallProgram program, HostFacts host) {
    for (String file : MASKED_FILES) {
      bind(program, "mask " + file, "/dev/null", file, MountFlags.MS_BIND);
    }
    for (String directory : MASKED_DIRECTORIES) {
      mask(program, directory);
    }
    for (int i = 0; i < host.throttled(); i++) {
      mask(program, "/sys/devices/system/cpu/cpu" + i + "/thermal_throttle");
    }
    for (String path : READ_ONLY) {
      bind(program, "bind " + path, path, path, MountFlags.MS_BIND | MountFlags.MS_REC);
      program.callTolerating(
          "make read-only " + path,
          Errno.ENOENT,
          Syscall.MOUNT,
          NONE,
          string(path),
          NONE,
          number(MountFlags.MS_BIND | MountFlags.MS_REMOUNT | MountFlags.MS_RDONLY | HARMLESS),
          NONE);
    }
  }

  private static void mask(SyscallProgram program, String directory) {
    program.callTolerating(
        "mask " + directory,
        Errno.ENOENT,
        Syscall.MOUNT,
        string("tmpfs"),
        string(directory),
        string("tmpfs"),
        number(MountFlags.MS_RDONLY | HARMLESS),
        string("size=0,nr_inodes=1"));
  }

  private static Arg.Slot bind(
      SyscallProgram program, String step, String source, String target, long flags) {
    return program.callTolerating(
        step,
        Errno.ENOENT,
        Syscall.MOUNT,
        string(source),
        string(target),
        NONE,
        number(flags),
        NONE);
  }
}
