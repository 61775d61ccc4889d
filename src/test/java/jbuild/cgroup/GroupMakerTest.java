package jbuild.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of all controllers on machines of both versions, which {@link CgroupMachine} plays. */
final class GroupMakerTest {
  private static final String LEAVE_OUT = "leave the option out, or use --limits=best-effort)";

  @TempDir Path directory;
  private CgroupMachine machine;

  @BeforeEach
  void setUp() {
    machine = new CgroupMachine(directory);
  }

  @Test
  void version_1_is_written_as_the_table_says() throws IOException {
    machine.membership(
        "1:cpu:/", "2:blkio:/", "3:net_cls,net_prio:/", "4:hugetlb:/", "5:devices:/");
    for (String controllers : List.of("cpu", "blkio", "net_cls,net_prio", "hugetlb", "devices")) {
      machine.mount1(controllers);
    }
    machine.missing.addAll(List.of("blkio.weight", "blkio.weight_device"));
    scheduler("none mq-deadline [bfq]");

    create(
        ResourceLimits.builder()
            .set(Limit.CPU_SHARES, 512)
            .set(Limit.CPU_PERIOD, 50_000)
            .set(Limit.CPU_QUOTA, 25_000)
            .set(Limit.BLKIO_WEIGHT, 500)
            .set(Limit.BLKIO_WEIGHT_DEVICE, "8:0", "200")
            .set(Limit.DEVICE_READ_BPS, "8:0", "1048576")
            .set(Limit.NET_CLS_CLASSID, 0x100001)
            .set(Limit.NET_PRIO, "eth0", "5")
            .set(Limit.HUGETLB, "2MB", "4194304")
            .devices(List.of()));

    assertEquals("512", machine.read("cpu/jbuild-x/cpu.shares"));
    assertEquals("50000", machine.read("cpu/jbuild-x/cpu.cfs_period_us"));
    assertEquals("25000", machine.read("cpu/jbuild-x/cpu.cfs_quota_us"));
    assertEquals("500", machine.read("blkio/jbuild-x/blkio.bfq.weight"));
    assertEquals("8:0 200", machine.read("blkio/jbuild-x/blkio.bfq.weight_device"));
    assertEquals("8:0 1048576", machine.read("blkio/jbuild-x/blkio.throttle.read_bps_device"));
    assertEquals("1048577", machine.read("net_cls,net_prio/jbuild-x/net_cls.classid"));
    assertEquals("eth0 5", machine.read("net_cls,net_prio/jbuild-x/net_prio.ifpriomap"));
    assertEquals("4194304", machine.read("hugetlb/jbuild-x/hugetlb.2MB.limit_in_bytes"));
    assertEquals("4194304", machine.read("hugetlb/jbuild-x/hugetlb.2MB.rsvd.limit_in_bytes"));
    assertEquals("a", machine.read("devices/jbuild-x/devices.deny"));
    assertEquals("c 136:* rwm", machine.read("devices/jbuild-x/devices.allow"), "the last of all");
  }

  @Test
  void version_2_is_written_as_the_table_says() throws IOException {
    machine.membership("0::/");
    machine.mount2("", "cpuset cpu io memory hugetlb pids rdma misc");
    machine.missing.add("io.bfq.weight");
    machine.write("io.cost.qos", "254:0 enable=1 ctrl=auto");

    Cgroup group =
        create(
            ResourceLimits.builder()
                .set(Limit.CPUSET_CPUS, "", "0-1")
                .set(Limit.CPU_SHARES, 1024)
                .set(Limit.CPU_PERIOD, 50_000)
                .set(Limit.CPU_QUOTA, 25_000)
                .set(Limit.MEMORY, 64 << 20)
                .set(Limit.MEMORY_SWAP, -1)
                .set(Limit.MEMORY_RESERVATION, 32 << 20)
                .set(Limit.OOM_GROUP, "", "1")
                .set(Limit.BLKIO_WEIGHT, 500)
                .set(Limit.DEVICE_WRITE_IOPS, "8:0", "100")
                .set(Limit.RDMA, "mlx5_0", "hca_handle=2 hca_object=2000")
                .set(Limit.MISC, "sev", "3")
                .devices(List.of()));

    assertEquals("0-1", machine.read("jbuild-x/cpuset.cpus"));
    assertEquals("100", machine.read("jbuild-x/cpu.weight"));
    assertEquals("25000 50000", machine.read("jbuild-x/cpu.max"));
    assertEquals("67108864", machine.read("jbuild-x/memory.max"));
    assertEquals("max", machine.read("jbuild-x/memory.swap.max"));
    assertEquals("33554432", machine.read("jbuild-x/memory.low"));
    assertEquals("1", machine.read("jbuild-x/memory.oom.group"));
    assertEquals("4950", machine.read("jbuild-x/io.weight"));
    assertEquals("8:0 wiops=100", machine.read("jbuild-x/io.max"));
    assertEquals("mlx5_0 hca_handle=2 hca_object=2000", machine.read("jbuild-x/rdma.max"));
    assertEquals("sev 3", machine.read("jbuild-x/misc.max"));
    assertTrue(group.deviceProgram().isPresent());
  }

  @Test
  void swap_alone_is_what_is_left_of_both() throws IOException {
    machine.membership("0::/");
    machine.mount2("", "memory");
    create(ResourceLimits.builder().set(Limit.MEMORY, 64).set(Limit.MEMORY_SWAP, 96));
    assertEquals("32", machine.read("jbuild-x/memory.swap.max"));
  }

  @Test
  void a_cpuset_of_version_1_has_what_the_groups_above_have() throws IOException {
    machine.membership("3:cpuset:/a/b");
    machine.mount1("cpuset");
    machine.directories("cpuset/a/b");
    machine.write("cpuset/cpuset.cpus", "0-3\n");
    machine.write("cpuset/cpuset.mems", "0\n");
    for (String empty : List.of("cpuset/a", "cpuset/a/b")) {
      machine.write(empty + "/cpuset.cpus", "\n");
      machine.write(empty + "/cpuset.mems", "\n");
    }
    create(ResourceLimits.builder().set(Limit.CPUSET_CPUS, "", "2"));
    assertEquals("2", machine.read("cpuset/a/b/jbuild-x/cpuset.cpus"));
    assertEquals("0", machine.read("cpuset/a/b/jbuild-x/cpuset.mems"));
    assertEquals("0-3", machine.read("cpuset/a/cpuset.cpus"));
  }

  @Test
  void a_controller_that_is_not_mounted_is_named_with_the_remedy() throws IOException {
    machine.membership("0::/");
    machine.mount2("", "memory");
    machine.kernelHas("net_cls", 0);
    refused(
        "limit with --net-cls-classid: the net_cls controller is missing in /sys/fs/cgroup (the"
            + " kernel has it but it is not mounted: mkdir -p /sys/fs/cgroup/net_cls && mount -t"
            + " cgroup -o net_cls cgroup /sys/fs/cgroup/net_cls)",
        ResourceLimits.builder().set(Limit.NET_CLS_CLASSID, 5));
    refused(
        "limit with --net-prio: the net_prio controller is missing in /sys/fs/cgroup (version 2 has"
            + " no such controller: nftables' 'socket cgroupv2' matches groups instead; mount"
            + " version 1's, or "
            + LEAVE_OUT,
        ResourceLimits.builder().set(Limit.NET_PRIO, "eth0", "1"));
    refused(
        "limit with --misc: the misc controller is missing in /sys/fs/cgroup (this kernel was built"
            + " without it, or took it away at boot: "
            + LEAVE_OUT,
        ResourceLimits.builder().set(Limit.MISC, "sev", "1"));
  }

  @Test
  void a_limit_of_the_other_version_is_an_error_and_leaves_nothing() throws IOException {
    machine.membership("0::/");
    machine.mount2("", "memory");
    refused(
        "limit with --oom-kill-disable: version 2 of the memory controller has nothing for it ("
            + LEAVE_OUT,
        ResourceLimits.builder().set(Limit.OOM_KILL_DISABLE, "", "1"));
  }

  @Test
  void a_file_that_the_kernel_has_not_is_named() throws IOException {
    machine.membership("0::/");
    machine.mount2("", "io memory");
    machine.missing.addAll(List.of("memory.swap.max", "io.bfq.weight", "io.weight"));
    Path group = machine.path("jbuild-x");
    refused(
        "limit with --memory-swap 20: there is no memory.swap.max in "
            + group
            + " (boot with swapaccount=1, or "
            + LEAVE_OUT,
        ResourceLimits.builder().set(Limit.MEMORY, 10).set(Limit.MEMORY_SWAP, 20));
    refused(
        "limit with --blkio-weight-device 8:0 500: there is no io.bfq.weight or io.weight in "
            + group
            + " (modprobe bfq, and write bfq to /sys/block/DEVICE/queue/scheduler; or "
            + LEAVE_OUT,
        ResourceLimits.builder().set(Limit.BLKIO_WEIGHT_DEVICE, "8:0", "500"));
    create(ResourceLimits.builder().set(Limit.MEMORY, 10)); // and swap, which nobody asked for
  }

  @Test
  void a_weight_that_no_scheduler_looks_at_is_an_error() throws IOException {
    machine.membership("2:blkio:/");
    machine.mount1("blkio");
    machine.missing.add("blkio.weight");
    scheduler("[none] mq-deadline bfq");
    refused(
        "limit with --blkio-weight 500: no device has an I/O scheduler with weights (modprobe bfq,"
            + " and write bfq to /sys/block/DEVICE/queue/scheduler; or "
            + LEAVE_OUT,
        ResourceLimits.builder().set(Limit.BLKIO_WEIGHT, 500));
    scheduler("none mq-deadline [bfq]");
    create(ResourceLimits.builder().set(Limit.BLKIO_WEIGHT, 500));
  }

  @Test
  void best_effort_says_each_limit_that_is_dropped_and_sets_the_others() throws IOException {
    machine.membership("0::/");
    machine.mount2("", "memory pids");
    List<String> said = new ArrayList<>();
    machine
        .detect()
        .bestEffort(said::add)
        .create(
            "x",
            ResourceLimits.builder()
                .set(Limit.OOM_KILL_DISABLE, "", "1")
                .set(Limit.CPUS, 50_000)
                .set(Limit.PIDS, 9)
                .build());
    assertEquals("9", machine.read("jbuild-x/pids.max"));
    assertEquals(2, said.size(), said.toString());
    assertTrue(said.get(0).startsWith("limit with --cpus: the cpu controller is missing"));
    assertTrue(said.get(1).startsWith("limit with --oom-kill-disable: version 2"), said.get(1));
  }

  @Test
  void a_parent_is_made_in_each_hierarchy_and_goes_with_the_last_group() throws IOException {
    machine.membership("4:memory:/own", "0::/own");
    machine.mount1("memory");
    machine.mount2("unified", "pids");
    machine.directories("memory/own", "unified/own");
    ResourceLimits limits =
        ResourceLimits.builder()
            .set(Limit.MEMORY, 10)
            .set(Limit.PIDS, 5)
            .parent("/top/sub")
            .build();
    Cgroup one = machine.detect().create("one", limits);
    Cgroup two = machine.detect().create("two", limits);
    assertEquals("10", machine.read("memory/top/sub/jbuild-two/memory.limit_in_bytes"));
    assertEquals("5", machine.read("unified/top/sub/jbuild-one/pids.max"));
    assertEquals("+pids", machine.read("unified/top/cgroup.subtree_control"));
    remove(one);
    assertTrue(machine.has("memory/top/sub"), "the other group is in it");
    remove(two);
    assertFalse(machine.has("memory/top/sub/jbuild-two"));
  }

  @Test
  void a_relative_parent_is_below_the_own_group() throws IOException {
    machine.membership("8:pids:/own");
    machine.mount1("pids");
    machine.directories("pids/own");
    create(ResourceLimits.builder().set(Limit.PIDS, 5).parent("sub"));
    assertEquals("5", machine.read("pids/own/sub/jbuild-x/pids.max"));
    assertThrows(
        IllegalArgumentException.class,
        () -> create(ResourceLimits.builder().set(Limit.PIDS, 5).parent("../../etc")));
  }

  @Test
  void what_is_abandoned_below_a_parent_is_found_there() throws IOException {
    machine.membership("8:pids:/");
    machine.mount1("pids");
    machine.directories("pids/top/jbuild-dead", "pids/top/jbuild-live");
    machine.detect().remove("/top", name -> name.equals("dead"));
    machine.detect().remove("/none", name -> name.equals("dead"));
    assertFalse(machine.has("pids/top/jbuild-dead"));
    assertTrue(machine.has("pids/top/jbuild-live"));
  }

  @Test
  void a_container_without_limits_is_counted_where_that_can_be() throws IOException {
    machine.membership("4:memory:/", "8:pids:/", "6:freezer:/", "2:cpuacct:/", "7:blkio:/");
    for (String controller : List.of("memory", "pids", "freezer", "cpuacct", "blkio")) {
      machine.mount1(controller);
    }
    Cgroup group = machine.detect().create("x", ResourceLimits.COUNTED);
    assertEquals(5, group.joinFiles().size());
    group.freeze();
    assertEquals("FROZEN", machine.read("freezer/jbuild-x/freezer.state"));
    assertTrue(group.isFrozen());
    group.thaw();
    assertFalse(group.isFrozen());
  }

  @Test
  void counting_is_no_reason_to_fail() throws IOException {
    machine.membership("0::/", "8:pids:/");
    machine.mount2("unified", "cpu memory");
    machine.mount1("pids");
    CgroupHierarchy readOnly =
        CgroupHierarchy.detect(
            directory,
            group -> {
              throw new FileSystemException(group.toString(), null, "Read-only file system");
            });
    Cgroup nowhere = readOnly.create("x", ResourceLimits.COUNTED);
    assertEquals(List.of(), nowhere.joinFiles());
    assertEquals(Optional.empty(), nowhere.unifiedDirectory());
    CgroupException failure = assertThrows(CgroupException.class, nowhere::freeze);
    assertTrue(String.valueOf(failure.getMessage()).startsWith("freeze processes: they are in no"));
  }

  private Cgroup create(ResourceLimits.Builder limits) throws IOException {
    return machine.detect().create("x", limits.build());
  }

  private void refused(String message, ResourceLimits.Builder limits) {
    CgroupException failure = assertThrows(CgroupException.class, () -> create(limits));
    assertEquals(message, failure.getMessage());
    assertFalse(machine.has("jbuild-x"), "it was left behind");
  }

  private void scheduler(String line) throws IOException {
    Path queue = Files.createDirectories(directory.resolve("sys/block/sda/queue"));
    Files.writeString(queue.resolve("scheduler"), line + "\n");
  }

  /** With the files in it, which the kernel's rmdir does not mind. */
  private static void remove(Cgroup group) throws IOException {
    for (Path procs : group.joinFiles()) {
      CgroupMachine.empty(procs.getParent());
    }
    if (group.unifiedDirectory().isPresent()) {
      CgroupMachine.empty(group.unifiedDirectory().get());
    }
    group.close();
  }
}
