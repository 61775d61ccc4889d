package jbuild.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory plays the machine: its files keep what is written to them. */
final class CgroupHierarchyTest {
  private static final ResourceLimits ALL = limits(20 << 20, 150_000, 50);
  private static final ResourceLimits PIDS = limits(0, 0, 7);
  private static final ResourceLimits MEMORY_AND_PIDS = limits(4 << 20, 0, 7);

  @TempDir Path directory;
  private CgroupMachine machine;

  @BeforeEach
  void setUp() {
    machine = new CgroupMachine(directory);
  }

  @Test
  void version_1_gets_a_directory_in_each_hierarchy_it_needs() throws IOException {
    machine.membership("4:memory:/outer", "2:cpu,cpuacct:/", "8:pids:/a/b", "3:cpuset:/", "0::/");
    machine.mount1("memory");
    machine.mount1("cpu,cpuacct");
    machine.mount1("pids");
    machine.directories("memory/outer", "cpu,cpuacct", "pids/a/b");
    CgroupHierarchy hierarchy = machine.detect();
    assertEquals(CgroupHierarchy.Kind.V1, hierarchy.kind());

    Cgroup group = hierarchy.create("x", ALL);

    assertEquals("20971520", machine.read("memory/outer/jbuild-x/memory.limit_in_bytes"));
    assertEquals("150000", machine.read("cpu,cpuacct/jbuild-x/cpu.cfs_quota_us"));
    assertEquals("50", machine.read("pids/a/b/jbuild-x/pids.max"));
    assertEquals(Optional.empty(), group.unifiedDirectory());
    assertEquals(
        List.of(
            cgroup("cpu,cpuacct/jbuild-x/cgroup.procs"),
            cgroup("memory/outer/jbuild-x/cgroup.procs"),
            cgroup("pids/a/b/jbuild-x/cgroup.procs")),
        group.joinFiles());
  }

  @Test
  void groups_that_nobody_will_remove_any_more_are_removed_and_others_are_not() throws IOException {
    machine.membership("4:memory:/outer", "8:pids:/", "0::/a/b");
    machine.mount1("memory");
    machine.mount1("pids");
    machine.mount2("unified", "");
    machine.directories("memory/outer", "memory/jbuild-dead", "pids", "unified/a/b");
    machine.directories(
        "memory/outer/jbuild-dead", "memory/outer/jbuild-live", "memory/outer/dead");
    machine.directories("pids/jbuild-dead", "unified/a/jbuild-dead", "unified/a/b/jbuild-dead");

    machine.detect().remove(name -> name.equals("dead"));

    for (String gone :
        List.of(
            "memory/outer/jbuild-dead",
            "pids/jbuild-dead",
            "unified/a/jbuild-dead",
            "unified/a/b/jbuild-dead")) {
      assertFalse(Files.exists(cgroup(gone)), gone);
    }
    for (String kept :
        List.of("memory/outer/jbuild-live", "memory/outer/dead", "memory/jbuild-dead")) {
      assertTrue(Files.exists(cgroup(kept)), kept);
    }
  }

  @Test
  void only_the_hierarchies_of_asked_limits_are_touched() throws IOException {
    version1MemoryAndPids();
    machine.detect().create("x", PIDS);
    assertFalse(Files.exists(cgroup("memory/jbuild-x")));
    assertTrue(Files.exists(cgroup("pids/jbuild-x")));
  }

  @Test
  void version_2_hands_controllers_down_and_gives_one_directory() throws IOException {
    machine.membership("0::/user.slice");
    machine.mount2("", "");
    machine.directories("user.slice");
    machine.write("cgroup.controllers", "cpu io memory pids");
    machine.write("user.slice/cgroup.controllers", "cpu memory pids");
    machine.write("user.slice/cgroup.subtree_control", "memory");
    CgroupHierarchy hierarchy = machine.detect();
    assertEquals(CgroupHierarchy.Kind.V2, hierarchy.kind());

    Cgroup group = hierarchy.create("x", ALL);

    assertEquals("+cpu +memory +pids", machine.read("user.slice/cgroup.subtree_control"));
    assertEquals("20971520", machine.read("user.slice/jbuild-x/memory.max"));
    assertEquals("150000 100000", machine.read("user.slice/jbuild-x/cpu.max"));
    assertEquals("50", machine.read("user.slice/jbuild-x/pids.max"));
    assertEquals(Optional.of(cgroup("user.slice/jbuild-x")), group.unifiedDirectory());
    assertEquals(List.of(), group.joinFiles());
  }

  @Test
  void version_2_goes_up_to_a_group_that_has_the_controllers() throws IOException {
    machine.membership("0::/a/b");
    machine.mount2("", "");
    machine.directories("a/b");
    machine.write("cgroup.controllers", "cpu memory pids");
    machine.write("cgroup.subtree_control", "cpu memory pids");
    machine.write("a/cgroup.controllers", "cpu memory pids");
    machine.write("a/cgroup.subtree_control", "memory");
    machine.write("a/b/cgroup.controllers", "memory");
    Cgroup group = machine.detect().create("x", PIDS);
    assertEquals(Optional.of(cgroup("a/jbuild-x")), group.unifiedDirectory());
    assertEquals("+pids", machine.read("a/cgroup.subtree_control"));
  }

  @Test
  void hybrid_takes_each_controller_from_where_it_is() throws IOException {
    machine.membership("4:memory:/", "0::/");
    machine.mount1("memory");
    machine.mount2("unified", "");
    machine.directories("memory", "unified");
    machine.write("unified/cgroup.controllers", "pids");
    machine.write("unified/cgroup.subtree_control", "pids");
    CgroupHierarchy hierarchy = machine.detect();
    assertEquals(CgroupHierarchy.Kind.HYBRID, hierarchy.kind());
    Cgroup group = hierarchy.create("x", MEMORY_AND_PIDS);
    assertEquals(Optional.of(cgroup("unified/jbuild-x")), group.unifiedDirectory());
    assertEquals(List.of(cgroup("memory/jbuild-x/cgroup.procs")), group.joinFiles());
  }

  @Test
  void a_container_sees_its_own_subtree_at_the_mount_point() throws IOException {
    machine.membership("8:pids:/docker/abc/inner");
    machine.mount1("/docker/abc", "pids", "pids");
    machine.directories("pids/inner");
    machine.detect().create("x", PIDS);
    assertTrue(Files.exists(cgroup("pids/inner/jbuild-x")));
  }

  @Test
  void a_limit_nothing_enforces_names_the_controller() throws IOException {
    machine.membership("4:memory:/", "0::/");
    machine.mount1("memory");
    machine.mount2("unified", "");
    machine.directories("memory", "unified");
    machine.write("unified/cgroup.controllers", "hugetlb");
    CgroupHierarchy hierarchy = machine.detect();
    CgroupException failure = assertThrows(CgroupException.class, () -> hierarchy.create("x", ALL));
    assertEquals(
        "limit with --cpus: the cpu controller is missing in /sys/fs/cgroup"
            + " (this kernel was built without it, or took it away at boot: leave the option out,"
            + " or use --limits=best-effort)",
        failure.getMessage());
    assertFalse(Files.exists(cgroup("memory/jbuild-x")), "nothing was made");
  }

  @Test
  void without_cgroups_there_is_no_hierarchy() throws IOException {
    CgroupHierarchy hierarchy = machine.detect();
    assertEquals(CgroupHierarchy.Kind.NONE, hierarchy.kind());
    assertThrows(CgroupException.class, () -> hierarchy.create("x", ALL));
  }

  @Test
  void a_group_in_the_way_is_an_error_and_stays() throws IOException {
    version1MemoryAndPids();
    machine.directories("pids/jbuild-x");
    CgroupHierarchy hierarchy = machine.detect();
    assertThrows(CgroupException.class, () -> hierarchy.create("x", PIDS));
    assertTrue(Files.exists(cgroup("pids/jbuild-x")));
  }

  @Test
  void names_cannot_leave_the_hierarchy() throws IOException {
    CgroupHierarchy hierarchy = machine.detect();
    for (String name : List.of("", "..", "a/b", ".hidden", "a\nb")) {
      assertThrows(IllegalArgumentException.class, () -> hierarchy.create(name, ALL), name);
    }
  }

  @Test
  void statistics_of_version_1() throws IOException {
    version1MemoryAndPids();
    Cgroup group = machine.detect().create("x", MEMORY_AND_PIDS);
    machine.write(
        "memory/jbuild-x/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    machine.write("memory/jbuild-x/memory.max_usage_in_bytes", "4194304\n");
    machine.write("pids/jbuild-x/pids.events", "max 3\n");
    assertEquals(new CgroupStats(4194304, 2, 3), group.stats());
  }

  @Test
  void statistics_of_version_2() throws IOException {
    machine.membership("0::/");
    machine.mount2("", "");
    machine.directories(".");
    machine.write("cgroup.controllers", "memory pids");
    machine.write("cgroup.subtree_control", "memory pids");
    Cgroup group = machine.detect().create("x", MEMORY_AND_PIDS);
    machine.write(
        "jbuild-x/memory.events", "low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 0\n");
    machine.write("jbuild-x/pids.events", "max 0\n");
    assertEquals(new CgroupStats(0, 1, 0), group.stats(), "a kernel without memory.peak");
    machine.write("jbuild-x/memory.peak", "4100000\n");
    assertEquals(new CgroupStats(4100000, 1, 0), group.stats());
    machine.write("jbuild-x/memory.peak", "no number");
    assertThrows(CgroupException.class, group::stats);
  }

  @Test
  void closing_removes_the_directories_and_may_be_repeated() throws IOException {
    version1MemoryAndPids();
    Cgroup group = machine.detect().create("x", PIDS);
    Files.delete(cgroup("pids/jbuild-x/pids.max")); // which the kernel's rmdir does by itself
    group.close();
    assertFalse(Files.exists(cgroup("pids/jbuild-x")));
    group.close();
  }

  @Test
  void mount_points_with_escapes_are_read() throws IOException {
    machine.membership("8:pids:/");
    machine.mount1("/", "c\\040g", "pids");
    machine.detect().create("x", PIDS);
    assertTrue(Files.exists(machine.path("c g/jbuild-x")));
  }

  private void version1MemoryAndPids() throws IOException {
    machine.membership("4:memory:/", "8:pids:/");
    machine.mount1("memory");
    machine.mount1("pids");
  }

  private Path cgroup(String path) {
    return machine.path(path);
  }

  private static ResourceLimits limits(long memory, long cpus, long pids) {
    return ResourceLimits.builder()
        .set(Limit.MEMORY, memory)
        .set(Limit.CPUS, cpus)
        .set(Limit.PIDS, pids)
        .build();
  }
}
