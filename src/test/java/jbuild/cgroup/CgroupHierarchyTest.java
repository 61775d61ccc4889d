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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory plays the machine: its files keep what is written to them. */
final class CgroupHierarchyTest {
  private static final ResourceLimits ALL = new ResourceLimits(20 << 20, 150_000, 50);
  private static final ResourceLimits PIDS = new ResourceLimits(0, 0, 7);
  private static final ResourceLimits MEMORY_AND_PIDS = new ResourceLimits(4 << 20, 0, 7);

  @TempDir Path machine;

  @Test
  void version_1_gets_a_directory_in_each_hierarchy_it_needs() throws IOException {
    membership("4:memory:/outer", "2:cpu,cpuacct:/", "8:pids:/a/b", "3:cpuset:/", "0::/");
    mount("/ /sys/fs/cgroup/memory", "cgroup", "rw,memory");
    mount("/ /sys/fs/cgroup/cpu,cpuacct", "cgroup", "rw,cpu,cpuacct");
    mount("/ /sys/fs/cgroup/pids", "cgroup", "rw,pids");
    directories("memory/outer", "cpu,cpuacct", "pids/a/b");
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(machine);
    assertEquals(CgroupHierarchy.Kind.V1, hierarchy.kind());

    Cgroup group = hierarchy.create("x", ALL);

    assertEquals("20971520", read("memory/outer/jbuild-x/memory.limit_in_bytes"));
    assertEquals("100000", read("cpu,cpuacct/jbuild-x/cpu.cfs_period_us"));
    assertEquals("150000", read("cpu,cpuacct/jbuild-x/cpu.cfs_quota_us"));
    assertEquals("50", read("pids/a/b/jbuild-x/pids.max"));
    assertEquals(Optional.empty(), group.unifiedDirectory());
    assertEquals(
        List.of(
            cgroup("memory/outer/jbuild-x/cgroup.procs"),
            cgroup("cpu,cpuacct/jbuild-x/cgroup.procs"),
            cgroup("pids/a/b/jbuild-x/cgroup.procs")),
        group.joinFiles());
  }

  @Test
  void groups_that_nobody_will_remove_any_more_are_removed_and_others_are_not() throws IOException {
    membership("4:memory:/outer", "8:pids:/", "0::/a/b");
    mount("/ /sys/fs/cgroup/memory", "cgroup", "rw,memory");
    mount("/ /sys/fs/cgroup/pids", "cgroup", "rw,pids");
    mount("/ /sys/fs/cgroup/unified", "cgroup2", "rw");
    directories("memory/outer", "memory/jbuild-dead", "pids", "unified/a/b");
    directories("memory/outer/jbuild-dead", "memory/outer/jbuild-live", "memory/outer/dead");
    directories("pids/jbuild-dead", "unified/a/jbuild-dead", "unified/a/b/jbuild-dead");

    CgroupHierarchy.detect(machine).remove(name -> name.equals("dead"));

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
    CgroupHierarchy.detect(machine).create("x", PIDS);
    assertFalse(Files.exists(cgroup("memory/jbuild-x")));
    assertTrue(Files.exists(cgroup("pids/jbuild-x")));
  }

  @Test
  void version_2_hands_controllers_down_and_gives_one_directory() throws IOException {
    membership("0::/user.slice");
    mount("/ /sys/fs/cgroup", "cgroup2", "rw,nsdelegate");
    directories("user.slice");
    write("cgroup.controllers", "cpu io memory pids");
    write("user.slice/cgroup.controllers", "cpu memory pids");
    write("user.slice/cgroup.subtree_control", "memory");
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(machine);
    assertEquals(CgroupHierarchy.Kind.V2, hierarchy.kind());

    Cgroup group = hierarchy.create("x", ALL);

    assertEquals("+memory +cpu +pids", read("user.slice/cgroup.subtree_control"));
    assertEquals("20971520", read("user.slice/jbuild-x/memory.max"));
    assertEquals("150000 100000", read("user.slice/jbuild-x/cpu.max"));
    assertEquals("50", read("user.slice/jbuild-x/pids.max"));
    assertEquals(Optional.of(cgroup("user.slice/jbuild-x")), group.unifiedDirectory());
    assertEquals(List.of(), group.joinFiles());
  }

  @Test
  void version_2_goes_up_to_a_group_that_has_the_controllers() throws IOException {
    membership("0::/a/b");
    mount("/ /sys/fs/cgroup", "cgroup2", "rw");
    directories("a/b");
    write("cgroup.controllers", "cpu memory pids");
    write("cgroup.subtree_control", "cpu memory pids");
    write("a/cgroup.controllers", "cpu memory pids");
    write("a/cgroup.subtree_control", "memory");
    write("a/b/cgroup.controllers", "memory");
    Cgroup group = CgroupHierarchy.detect(machine).create("x", PIDS);
    assertEquals(Optional.of(cgroup("a/jbuild-x")), group.unifiedDirectory());
    assertEquals("+pids", read("a/cgroup.subtree_control"));
  }

  @Test
  void hybrid_takes_each_controller_from_where_it_is() throws IOException {
    membership("4:memory:/", "0::/");
    mount("/ /sys/fs/cgroup/memory", "cgroup", "rw,memory");
    mount("/ /sys/fs/cgroup/unified", "cgroup2", "rw");
    directories("memory", "unified");
    write("unified/cgroup.controllers", "pids");
    write("unified/cgroup.subtree_control", "pids");
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(machine);
    assertEquals(CgroupHierarchy.Kind.HYBRID, hierarchy.kind());
    Cgroup group = hierarchy.create("x", MEMORY_AND_PIDS);
    assertEquals(Optional.of(cgroup("unified/jbuild-x")), group.unifiedDirectory());
    assertEquals(List.of(cgroup("memory/jbuild-x/cgroup.procs")), group.joinFiles());
  }

  @Test
  void a_container_sees_its_own_subtree_at_the_mount_point() throws IOException {
    membership("8:pids:/docker/abc/inner");
    mount("/docker/abc /sys/fs/cgroup/pids", "cgroup", "rw,pids");
    directories("pids/inner");
    CgroupHierarchy.detect(machine).create("x", PIDS);
    assertTrue(Files.exists(cgroup("pids/inner/jbuild-x")));
  }

  @Test
  void a_limit_nothing_enforces_names_the_controller() throws IOException {
    membership("4:memory:/", "0::/");
    mount("/ /sys/fs/cgroup/memory", "cgroup", "rw,memory");
    mount("/ /sys/fs/cgroup/unified", "cgroup2", "rw");
    directories("memory", "unified");
    write("unified/cgroup.controllers", "hugetlb");
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(machine);
    CgroupException failure = assertThrows(CgroupException.class, () -> hierarchy.create("x", ALL));
    assertEquals(
        "limit with --cpus: the cpu controller is missing in /sys/fs/cgroup"
            + " (mount it, or leave the option out)",
        failure.getMessage());
    assertFalse(Files.exists(cgroup("memory/jbuild-x")), "nothing was made");
  }

  @Test
  void without_cgroups_there_is_no_hierarchy() throws IOException {
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(machine);
    assertEquals(CgroupHierarchy.Kind.NONE, hierarchy.kind());
    assertThrows(CgroupException.class, () -> hierarchy.create("x", ALL));
  }

  @Test
  void a_group_in_the_way_is_an_error_and_stays() throws IOException {
    version1MemoryAndPids();
    directories("pids/jbuild-x");
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(machine);
    assertThrows(CgroupException.class, () -> hierarchy.create("x", PIDS));
    assertTrue(Files.exists(cgroup("pids/jbuild-x")));
  }

  @Test
  void names_cannot_leave_the_hierarchy() throws IOException {
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(machine);
    for (String name : List.of("", "..", "a/b", ".hidden", "a\nb")) {
      assertThrows(IllegalArgumentException.class, () -> hierarchy.create(name, ALL), name);
    }
  }

  @Test
  void statistics_of_version_1() throws IOException {
    version1MemoryAndPids();
    Cgroup group = CgroupHierarchy.detect(machine).create("x", MEMORY_AND_PIDS);
    write("memory/jbuild-x/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    write("memory/jbuild-x/memory.max_usage_in_bytes", "4194304\n");
    write("pids/jbuild-x/pids.events", "max 3\n");
    assertEquals(new CgroupStats(4194304, 2, 3), group.stats());
  }

  @Test
  void statistics_of_version_2() throws IOException {
    membership("0::/");
    mount("/ /sys/fs/cgroup", "cgroup2", "rw");
    directories(".");
    write("cgroup.controllers", "memory pids");
    write("cgroup.subtree_control", "memory pids");
    Cgroup group = CgroupHierarchy.detect(machine).create("x", MEMORY_AND_PIDS);
    write("jbuild-x/memory.events", "low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 0\n");
    write("jbuild-x/pids.events", "max 0\n");
    assertEquals(new CgroupStats(0, 1, 0), group.stats(), "a kernel without memory.peak");
    write("jbuild-x/memory.peak", "4100000\n");
    assertEquals(new CgroupStats(4100000, 1, 0), group.stats());
    write("jbuild-x/memory.peak", "no number");
    assertThrows(CgroupException.class, group::stats);
  }

  @Test
  void closing_removes_the_directories_and_may_be_repeated() throws IOException {
    version1MemoryAndPids();
    Cgroup group = CgroupHierarchy.detect(machine).create("x", PIDS);
    Files.delete(cgroup("pids/jbuild-x/pids.max")); // which the kernel's rmdir does by itself
    group.close();
    assertFalse(Files.exists(cgroup("pids/jbuild-x")));
    group.close();
  }

  @Test
  void mount_points_with_escapes_are_read() throws IOException {
    membership("8:pids:/");
    mount("/ /sys/fs/c\\040g", "cgroup", "rw,pids");
    Files.createDirectories(machine.resolve("sys/fs/c g"));
    CgroupHierarchy.detect(machine).create("x", PIDS);
    assertTrue(Files.exists(machine.resolve("sys/fs/c g/jbuild-x")));
  }

  private void version1MemoryAndPids() throws IOException {
    membership("4:memory:/", "8:pids:/");
    mount("/ /sys/fs/cgroup/memory", "cgroup", "rw,memory");
    mount("/ /sys/fs/cgroup/pids", "cgroup", "rw,pids");
    directories("memory", "pids");
  }

  private void membership(String... lines) throws IOException {
    Files.createDirectories(machine.resolve("proc/self"));
    Files.write(machine.resolve("proc/self/cgroup"), List.of(lines));
    Files.writeString(
        machine.resolve("proc/self/mountinfo"),
        "22 1 254:0 / / rw,relatime - ext4 /dev/root rw,discard\n");
  }

  private void mount(String rootAndPoint, String type, String superOptions) throws IOException {
    Path file = machine.resolve("proc/self/mountinfo");
    String line =
        "34 31 0:35 " + rootAndPoint + " rw shared:9 - " + type + " " + type + " " + superOptions;
    Files.writeString(file, Files.readString(file) + line + "\n");
  }

  private void directories(String... paths) throws IOException {
    for (String path : paths) {
      Files.createDirectories(cgroup(path));
    }
  }

  private Path cgroup(String path) {
    return machine.resolve("sys/fs/cgroup").resolve(path);
  }

  private void write(String path, String content) throws IOException {
    Files.writeString(cgroup(path), content);
  }

  private String read(String path) throws IOException {
    return Files.readString(cgroup(path));
  }
}
