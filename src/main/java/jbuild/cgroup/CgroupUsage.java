package jbuild.cgroup;

/**
 * What a group uses now; -1 for what this machine does not count.
 *
 * @param cpuMicros processor time since it was made
 * @param memoryBytes without the page cache that can go at once (inactive files), as docker shows
 * @param memoryLimitBytes 0 for none
 * @param readBytes from block devices, in all
 * @param writtenBytes to block devices, in all
 * @param pids processes and threads
 */
public record CgroupUsage(
    long cpuMicros,
    long memoryBytes,
    long memoryLimitBytes,
    long readBytes,
    long writtenBytes,
    long pids) {
  /** What is not counted. */
  public static final long UNKNOWN = -1;
}
