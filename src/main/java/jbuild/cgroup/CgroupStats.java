package jbuild.cgroup;

/**
 * What a group has used so far.
 *
 * @param memoryPeakBytes the most memory in use at a time; 0 where the kernel does not tell (v2
 *     before Linux 5.19) or no memory limit was asked for
 * @param oomKills processes that the kernel has killed for want of memory
 * @param pidsRefused forks refused by the limit of processes
 */
public record CgroupStats(long memoryPeakBytes, long oomKills, long pidsRefused) {}
