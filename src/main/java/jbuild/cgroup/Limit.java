package jbuild.cgroup;

import static jbuild.cgroup.Conversion.AS_IT_IS;
import static jbuild.cgroup.Conversion.KEY_AND_VALUE;
import static jbuild.cgroup.LimitFile.also;
import static jbuild.cgroup.LimitFile.of;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table from options to files; docs/cgroups.md shows it, and a test compares the two. The order
 * is the one in which files are written.
 */
public enum Limit {
  CPUSET_CPUS(
      "--cpuset-cpus",
      Controller.CPUSET,
      Form.LIST,
      List.of(of("cpuset.cpus", AS_IT_IS)),
      List.of(of("cpuset.cpus", AS_IT_IS))),
  CPUSET_MEMS(
      "--cpuset-mems",
      Controller.CPUSET,
      Form.LIST,
      List.of(of("cpuset.mems", AS_IT_IS)),
      List.of(of("cpuset.mems", AS_IT_IS))),
  CPU_SHARES(
      "--cpu-shares",
      Controller.CPU,
      Form.NUMBER,
      List.of(of("cpu.shares", AS_IT_IS)),
      List.of(of("cpu.weight", Conversion.WEIGHT_OF_SHARES))),
  CPU_PERIOD(
      "--cpu-period",
      Controller.CPU,
      Form.NUMBER,
      List.of(of("cpu.cfs_period_us", AS_IT_IS)),
      List.of(of("cpu.max", Conversion.PERIOD))),
  CPU_QUOTA(
      "--cpu-quota",
      Controller.CPU,
      Form.NUMBER,
      List.of(of("cpu.cfs_quota_us", AS_IT_IS)),
      List.of(of("cpu.max", Conversion.QUOTA))),
  CPUS(
      "--cpus",
      Controller.CPU,
      Form.PROCESSORS,
      List.of(of("cpu.cfs_quota_us", AS_IT_IS)),
      List.of(of("cpu.max", Conversion.CPUS))),
  MEMORY(
      "--memory",
      Controller.MEMORY,
      Form.BYTES,
      List.of(of("memory.limit_in_bytes", AS_IT_IS)),
      List.of(of("memory.max", AS_IT_IS))),
  MEMORY_SWAP(
      "--memory-swap",
      Controller.MEMORY,
      Form.BYTES,
      List.of(of("memory.memsw.limit_in_bytes", AS_IT_IS)),
      List.of(of("memory.swap.max", Conversion.SWAP_ALONE))),
  MEMORY_RESERVATION(
      "--memory-reservation",
      Controller.MEMORY,
      Form.BYTES,
      List.of(of("memory.soft_limit_in_bytes", AS_IT_IS)),
      List.of(of("memory.low", AS_IT_IS))),
  OOM_KILL_DISABLE(
      "--oom-kill-disable",
      Controller.MEMORY,
      Form.FLAG,
      List.of(of("memory.oom_control", Conversion.ONE)),
      List.of()),
  OOM_GROUP(
      "--oom-group",
      Controller.MEMORY,
      Form.FLAG,
      List.of(),
      List.of(of("memory.oom.group", Conversion.ONE))),
  BLKIO_WEIGHT(
      "--blkio-weight",
      Controller.BLKIO,
      Form.NUMBER,
      List.of(of("blkio.weight", AS_IT_IS), of("blkio.bfq.weight", AS_IT_IS)),
      List.of(of("io.bfq.weight", AS_IT_IS), of("io.weight", Conversion.WEIGHT_OF_BLKIO))),
  BLKIO_WEIGHT_DEVICE(
      "--blkio-weight-device",
      Controller.BLKIO,
      Form.DEVICE_NUMBER,
      List.of(
          of("blkio.weight_device", KEY_AND_VALUE), of("blkio.bfq.weight_device", KEY_AND_VALUE)),
      List.of(
          of("io.bfq.weight", KEY_AND_VALUE), of("io.weight", Conversion.KEYED_WEIGHT_OF_BLKIO))),
  DEVICE_READ_BPS(
      "--device-read-bps",
      Controller.BLKIO,
      Form.DEVICE_BYTES,
      List.of(of("blkio.throttle.read_bps_device", KEY_AND_VALUE)),
      List.of(of("io.max", Conversion.READ_BYTES))),
  DEVICE_WRITE_BPS(
      "--device-write-bps",
      Controller.BLKIO,
      Form.DEVICE_BYTES,
      List.of(of("blkio.throttle.write_bps_device", KEY_AND_VALUE)),
      List.of(of("io.max", Conversion.WRITE_BYTES))),
  DEVICE_READ_IOPS(
      "--device-read-iops",
      Controller.BLKIO,
      Form.DEVICE_NUMBER,
      List.of(of("blkio.throttle.read_iops_device", KEY_AND_VALUE)),
      List.of(of("io.max", Conversion.READ_OPERATIONS))),
  DEVICE_WRITE_IOPS(
      "--device-write-iops",
      Controller.BLKIO,
      Form.DEVICE_NUMBER,
      List.of(of("blkio.throttle.write_iops_device", KEY_AND_VALUE)),
      List.of(of("io.max", Conversion.WRITE_OPERATIONS))),
  NET_CLS_CLASSID(
      "--net-cls-classid",
      Controller.NET_CLS,
      Form.CLASS,
      List.of(of("net_cls.classid", AS_IT_IS)),
      List.of()),
  NET_PRIO(
      "--net-prio",
      Controller.NET_PRIO,
      Form.NAMED_NUMBER,
      List.of(of("net_prio.ifpriomap", KEY_AND_VALUE)),
      List.of()),
  PIDS(
      "--pids-limit",
      Controller.PIDS,
      Form.NUMBER,
      List.of(of("pids.max", AS_IT_IS)),
      List.of(of("pids.max", AS_IT_IS))),
  HUGETLB(
      "--hugetlb-limit",
      Controller.HUGETLB,
      Form.PAGE_BYTES,
      List.of(
          of("hugetlb.SIZE.limit_in_bytes", AS_IT_IS),
          also("hugetlb.SIZE.rsvd.limit_in_bytes", AS_IT_IS)),
      List.of(of("hugetlb.SIZE.max", AS_IT_IS), also("hugetlb.SIZE.rsvd.max", AS_IT_IS))),
  RDMA(
      "--rdma",
      Controller.RDMA,
      Form.RDMA,
      List.of(of("rdma.max", KEY_AND_VALUE)),
      List.of(of("rdma.max", KEY_AND_VALUE))),
  MISC(
      "--misc",
      Controller.MISC,
      Form.NAMED_NUMBER,
      List.of(of("misc.max", KEY_AND_VALUE)),
      List.of(of("misc.max", KEY_AND_VALUE)));

  /** How the option's value is typed. */
  public enum Form {
    /** A whole number. */
    NUMBER,
    /** {@code 1.5}; kept as microseconds per {@link ResourceLimits#CPU_PERIOD_MICROS}. */
    PROCESSORS,
    /** {@code 512m}. */
    BYTES,
    /** {@code 0-2,5}. */
    LIST,
    /** Nothing. */
    FLAG,
    /** {@code /dev/sda:NUMBER}, each time it is given; the key is {@code MAJOR:MINOR}. */
    DEVICE_NUMBER,
    /** {@code /dev/sda:1m}. */
    DEVICE_BYTES,
    /** A number, perhaps hexadecimal as {@code 0x100001}. */
    CLASS,
    /** {@code NAME=NUMBER}. */
    NAMED_NUMBER,
    /** {@code 2MB=64m}; the key is the size of a page as the kernel writes it. */
    PAGE_BYTES,
    /** {@code DEVICE:hca_handle=2,hca_object=2000}. */
    RDMA
  }

  private final String option;
  private final Controller controller;
  private final Form form;
  private final List<LimitFile> version1;
  private final List<LimitFile> version2;

  Limit(
      String option,
      Controller controller,
      Form form,
      List<LimitFile> version1,
      List<LimitFile> version2) {
    this.option = option;
    this.controller = controller;
    this.form = form;
    this.version1 = version1;
    this.version2 = version2;
  }

  /** What the user types. */
  public String option() {
    return option;
  }

  public Controller controller() {
    return controller;
  }

  public Form form() {
    return form;
  }

  /** Those that are not {@link LimitFile#also} are alternatives; none: the version cannot do it. */
  List<LimitFile> version1() {
    return version1;
  }

  List<LimitFile> version2() {
    return version2;
  }

  /** Null for an option that limits nothing. */
  public static @Nullable Limit ofOption(String option) {
    for (Limit limit : values()) {
      if (limit.option.equals(option)) {
        return limit;
      }
    }
    return null;
  }
}
