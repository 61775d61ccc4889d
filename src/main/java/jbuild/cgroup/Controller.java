package jbuild.cgroup;

/** The controllers that enforce {@link ResourceLimits}. */
enum Controller {
  MEMORY("memory", "--memory"),
  CPU("cpu", "--cpus"),
  PIDS("pids", "--pids-limit");

  private final String kernelName;
  private final String option;

  Controller(String kernelName, String option) {
    this.kernelName = kernelName;
    this.option = option;
  }

  /** As in cgroup.controllers and in version 1's mount options. */
  String kernelName() {
    return kernelName;
  }

  /** What the user asked for when this controller is needed. */
  String option() {
    return option;
  }

  boolean isNeededFor(ResourceLimits limits) {
    return switch (this) {
      case MEMORY -> limits.memoryBytes() > 0;
      case CPU -> limits.cpuMicros() > 0;
      case PIDS -> limits.pids() > 0;
    };
  }
}
