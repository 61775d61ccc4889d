package jbuild.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stats shows, from the files of both versions. */
final class CgroupUsageTest {
  @TempDir Path directory;
  private CgroupMachine machine;

  @BeforeEach
  void setUp() {
    machine = new CgroupMachine(directory);
  }

  @Test
  void version_1() throws IOException {
    machine.membership("4:memory:/", "8:pids:/", "2:cpuacct:/", "7:blkio:/");
    process(
        77, "4:memory:/jbuild-x", "8:pids:/jbuild-x", "2:cpuacct:/jbuild-x", "7:blkio:/jbuild-x");
    for (String controller : new String[] {"memory", "pids", "cpuacct", "blkio"}) {
      machine.mount1(controller);
      machine.directories(controller + "/jbuild-x");
    }
    machine.write("cpuacct/jbuild-x/cpuacct.usage", "1234567\n");
    machine.write("memory/jbuild-x/memory.usage_in_bytes", "5000\n");
    machine.write("memory/jbuild-x/memory.stat", "cache 9\ntotal_inactive_file 2000\n");
    machine.write("memory/jbuild-x/memory.limit_in_bytes", "9223372036854771712\n");
    machine.write("pids/jbuild-x/pids.current", "3\n");
    machine.write(
        "blkio/jbuild-x/blkio.throttle.io_service_bytes_recursive",
        "254:0 Read 4096\n254:0 Write 100\n7:0 Read 4\n7:0 Total 4\nTotal 4200\n");
    assertEquals(new CgroupUsage(1234, 3000, 0, 4100, 100, 3), usage(77));
  }

  @Test
  void version_2() throws IOException {
    machine.membership("0::/");
    process(77, "0::/a/jbuild-x/inner");
    machine.mount2("", "");
    machine.directories("a/jbuild-x");
    machine.write("a/jbuild-x/cpu.stat", "usage_usec 1234\nuser_usec 1000\n");
    machine.write("a/jbuild-x/memory.current", "5000\n");
    machine.write("a/jbuild-x/memory.stat", "anon 1\ninactive_file 2000\n");
    machine.write("a/jbuild-x/memory.max", "8000\n");
    machine.write("a/jbuild-x/pids.current", "3\n");
    machine.write(
        "a/jbuild-x/io.stat",
        "254:0 rbytes=4096 wbytes=100 rios=1 wios=1 dbytes=0 dios=0\n7:0 rbytes=4 wbytes=0\n");
    assertEquals(new CgroupUsage(1234, 3000, 8000, 4100, 100, 3), usage(77));
  }

  @Test
  void what_is_not_counted_is_unknown_and_not_zero() throws IOException {
    machine.membership("0::/");
    process(77, "0::/jbuild-x");
    machine.mount2("", "");
    machine.directories("jbuild-x");
    machine.write("jbuild-x/cgroup.procs", "77\n78\n");
    assertEquals(new CgroupUsage(-1, -1, 0, -1, -1, 2), usage(77));
  }

  @Test
  void a_process_that_has_ended_or_is_in_another_group_has_no_group() throws IOException {
    machine.membership("0::/");
    process(77, "0::/jbuild-xy", "0::/else");
    machine.mount2("", "");
    machine.directories("jbuild-x", "jbuild-xy");
    assertEquals(Optional.empty(), machine.detect().find(77, "x"));
    assertEquals(Optional.empty(), machine.detect().find(78, "x"));
    assertThrows(IllegalArgumentException.class, () -> machine.detect().find(77, "../x"));
  }

  private CgroupUsage usage(long pid) throws IOException {
    for (String hierarchy : new String[] {"memory/", "pids/", "cpuacct/", "blkio/", "", "a/"}) {
      Path group = machine.path(hierarchy + "jbuild-x");
      if (Files.isDirectory(group) && !Files.exists(group.resolve("cgroup.procs"))) {
        Files.createFile(group.resolve("cgroup.procs"));
      }
    }
    return machine.detect().find(pid, "x").orElseThrow().usage();
  }

  private void process(long pid, String... memberships) throws IOException {
    Files.createDirectories(directory.resolve("proc/" + pid));
    Files.write(directory.resolve("proc/" + pid + "/cgroup"), java.util.List.of(memberships));
  }
}
