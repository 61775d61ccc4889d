package jbuild.cgroup;

import org.jspecify.annotations.Nullable;

/** The kernel's controllers, cgroups(7), with the names that each version has for them. */
public enum Controller {
  CPUSET("cpuset", "cpuset"),
  CPU("cpu", "cpu"),
  /** In version 2 every group has a cpu.stat. */
  CPUACCT("cpuacct", Controller.CORE),
  MEMORY("memory", "memory"),
  BLKIO("blkio", "io"),
  /** In version 2 no files but a BPF program, and that in every group. */
  DEVICES("devices", Controller.CORE),
  /** In version 2 every group has a cgroup.freeze, since Linux 5.2. */
  FREEZER("freezer", Controller.CORE),
  NET_CLS("net_cls", null),
  NET_PRIO("net_prio", null),
  PIDS("pids", "pids"),
  HUGETLB("hugetlb", "hugetlb"),
  /** In version 2 every group is one that perf can watch. */
  PERF_EVENT("perf_event", Controller.CORE),
  RDMA("rdma", "rdma"),
  MISC("misc", "misc");

  private static final String CORE = "";

  private final String version1Name;
  private final @Nullable String version2Name;

  Controller(String version1Name, @Nullable String version2Name) {
    this.version1Name = version1Name;
    this.version2Name = version2Name;
  }

  /** As in version 1's mount options and in /proc/cgroups. */
  String version1Name() {
    return version1Name;
  }

  /** As in version 2's cgroup.controllers; only where it has to be handed down. */
  String version2Name() {
    if (version2Name == null || isCore()) {
      throw new IllegalStateException("version 2 does not hand down " + version1Name);
    }
    return version2Name;
  }

  boolean isInVersion2() {
    return version2Name != null;
  }

  /** Whether every group of version 2 has it, without its being handed down. */
  boolean isCore() {
    return CORE.equals(version2Name);
  }

  /** What people know it by; the two names of one controller are both shown. */
  @Override
  public String toString() {
    return version2Name == null || isCore() || version2Name.equals(version1Name)
        ? version1Name
        : version1Name + "/" + version2Name;
  }
}
