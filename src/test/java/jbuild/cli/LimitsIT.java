package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits by the command line. */
class LimitsIT {
  @TempDir static Path temporary;
  private static Session session;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
  }

  private static Result run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("run", "--rm"));
    command.addAll(List.of(arguments));
    return session.process("", command.toArray(String[]::new));
  }

  @Test
  void a_limit_that_this_machine_cannot_enforce_ends_the_run_before_it_starts() throws Exception {
    Result result = run("--rdma", "none:hca_handle=2", "box", "echo", "started");
    assumeTrue(!Files.exists(Path.of("/sys/class/infiniband/none")));
    assertEquals(125, result.code(), result.err());
    assertEquals("", result.out());
    assertTrue(
        result.err().startsWith("jbuild: limit with --rdma"),
        "it names the option: " + result.err());
    assertTrue(result.err().contains("--limits=best-effort"), result.err());
  }

  @Test
  void best_effort_says_what_is_dropped_and_runs() throws Exception {
    Result result =
        run("--limits=best-effort", "--rdma", "none:hca_handle=2", "box", "echo", "started");
    assertEquals(0, result.code(), result.err());
    assertEquals("started\n", result.out());
    assertTrue(result.err().startsWith("note: limit dropped: limit with --rdma"), result.err());
  }

  @Test
  void steps_of_a_build_have_the_limits_of_the_command_line_or_their_own() throws Exception {
    Result result =
        build(
            "FROM box",
            "RUN busybox grep Cpus_allowed_list /proc/self/status",
            "RUN --memory=200m busybox head -c 60000000 /dev/zero | busybox tail -c 50000000 > /x",
            "RUN busybox head -c 60000000 /dev/zero | busybox tail -c 50000000 > /x");
    assertEquals(1, result.code(), result.err());
    assertTrue(result.err().contains("Cpus_allowed_list:\t0\n"), result.err());
    assertTrue(result.err().contains("Buildfile:4:1"), "the third has its own: " + result.err());
    assertTrue(
        result.err().contains("ran out of memory: the limit is 16 MiB, the peak was 1"),
        result.err());
  }

  private static Result build(String... lines) throws IOException {
    session.file("Buildfile", lines);
    List<String> command = new ArrayList<>(List.of("-t", "limited"));
    command.addAll(List.of("-m", "16m", "--memory-swap", "16m", "--cpuset-cpus", "0"));
    command.addAll(List.of("--cpuset-mems", "0", "--cpu-shares", "512"));
    command.addAll(List.of("--cpu-quota", "90000", "--cpu-period", "100000"));
    command.add(session.context().toString());
    return session.jbuild(command.toArray(String[]::new));
  }

  @Test
  void a_group_can_be_below_another_one_and_leaves_nothing() throws Exception {
    String parent = "jbuild-it-" + ProcessHandle.current().pid();
    Result result =
        run("--cgroup-parent", "/" + parent + "/sub", "--pids-limit", "9", "box", "echo", "hi");
    assertEquals("hi\n", result.out(), result.err());
    assertFalse(exists(parent), "the parent was left behind");
    Result wrong = run("--cgroup-parent", "/../x", "box", "true");
    assertEquals(125, wrong.code());
    assertTrue(wrong.err().contains("--cgroup-parent /../x"), wrong.err());
  }

  private static boolean exists(String name) {
    for (String hierarchy : List.of("", "unified", "pids", "memory", "blkio")) {
      if (Files.exists(Path.of("/sys/fs/cgroup", hierarchy, name))) {
        return true;
      }
    }
    return false;
  }
}
