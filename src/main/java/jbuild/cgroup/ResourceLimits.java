package jbuild.cgroup;

/**
 * What a group of processes may use; 0 means no limit.
 *
 * @param memoryBytes memory, page cache of its files included; swap does not add to it
 * @param cpuMicros processor time in microseconds per {@link #CPU_PERIOD_MICROS}: 150,000 is one
 *     and a half processors
 * @param pids processes and threads
 */
public record ResourceLimits(long memoryBytes, long cpuMicros, long pids) {
  public static final ResourceLimits NONE = new ResourceLimits(0, 0, 0);

  /** The period of the CPU controller's quota, the kernel's default. */
  public static final long CPU_PERIOD_MICROS = 100_000;

  /** The kernel refuses quotas under 1 ms (CFS bandwidth control). */
  private static final long CPU_LEAST_MICROS = 1_000;

  public ResourceLimits {
    if (memoryBytes < 0 || cpuMicros < 0 || pids < 0) {
      throw new IllegalArgumentException(
          "a limit is negative: " + memoryBytes + " bytes, " + cpuMicros + " us, " + pids);
    }
    if (cpuMicros > 0 && cpuMicros < CPU_LEAST_MICROS) {
      throw new IllegalArgumentException(
          "limit the processor time: 0.01 processors is the least the kernel accepts");
    }
  }

  public boolean isNone() {
    return memoryBytes == 0 && cpuMicros == 0 && pids == 0;
  }
}
