package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.cgroup.Limit;
import jbuild.cgroup.ResourceLimits;
import jbuild.io.ByteString;
import jbuild.linux.Errno;
import jbuild.linux.Signals;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How sandboxes begin and end. */
@Timeout(60)
final class SandboxLifeRootTest {
  private static final long MEMORY = 32 << 20;

  @TempDir Path directory;
  private TestBox box;

  @BeforeEach
  void setUp() throws IOException {
    RootOnly.check();
    box = new TestBox(directory);
  }

  @AfterEach
  void tearDown() {
    if (box != null) {
      box.close();
    }
  }

  @Test
  void exit_code_is_the_programs() throws IOException {
    assertEquals(new ExitStatus.Exited(0), run("true").status());
    assertEquals(new ExitStatus.Exited(5), run("sh", "-c", "exit 5").status());
  }

  @Test
  void programs_are_looked_up_in_path_and_keep_their_name() throws IOException {
    assertEquals("echo \n", run("sh", "-c", "echo \"$0 $1\"", "echo").output());
    assertEquals("a  b\n", run("echo", "a", "", "b").output(), "empty arguments survive");
  }

  @Test
  void a_missing_program_is_127() throws IOException {
    ExitStatus status = run("no-such-program", "x").status();
    assertEquals(
        new ExitStatus.ExecFailed(127, Errno.ENOENT, ByteString.of("no-such-program")), status);
    assertEquals(127, status.shellCode());
    assertEquals(
        "could not be executed: no-such-program: ENOENT (no such file or directory)",
        status.inWords());
    assertEquals(127, run("").status().shellCode());
  }

  @Test
  void a_program_that_cannot_be_executed_is_126() throws IOException {
    box.file("bin/plain", "no program");
    assertEquals(
        new ExitStatus.ExecFailed(126, Errno.EACCES, ByteString.of("/bin/plain")),
        run("plain").status());
    Path garbage = box.file("bin/garbage", "\u007fELF and nothing more");
    assertTrue(garbage.toFile().setExecutable(true, false));
    assertEquals(
        new ExitStatus.ExecFailed(126, Errno.ENOEXEC, ByteString.of("/bin/garbage")),
        run("/bin/garbage").status());
  }

  @Test
  void a_program_with_exit_code_127_of_its_own_was_executed() throws IOException {
    assertEquals(new ExitStatus.Exited(127), run("sh", "-c", "exit 127").status());
  }

  @Test
  void a_signal_is_128_more() throws IOException {
    try (TestBox.Started started = start("sleep", "1000")) {
      started.process().signal(Signals.SIGKILL);
      ExitStatus status = started.process().waitFor();
      assertEquals(new ExitStatus.Signaled(9, false), status);
      assertEquals(137, status.shellCode());
      assertEquals("was ended by signal 9 (SIGKILL)", status.inWords());
      started.process().signal(Signals.SIGTERM); // after the end: no error, nobody else's process
    }
  }

  @Test
  void everything_ends_with_the_first_process() throws IOException {
    long start = System.nanoTime();
    TestBox.Result result = box.shell("sleep 98761 & exit 3");
    assertEquals(new ExitStatus.Exited(3), result.status());
    assertTrue(System.nanoTime() - start < 10_000_000_000L, "it waited for the rest");
    assertFalse(isRunning("sleep\00098761"));
  }

  @Test
  void closing_kills() throws IOException {
    TestBox.Started started = start("sleep", "98762");
    SleepingSandbox.awaitProgram(started.process());
    assertTrue(isRunning("sleep\00098762"));
    started.close();
    assertFalse(isRunning("sleep\00098762"));
  }

  @Test
  void the_end_of_the_parent_is_the_end_of_the_sandbox() throws Exception {
    for (String uid : List.of("0", "1000")) {
      String marker = "9877" + uid.charAt(0);
      Process jvm =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  SleepingSandbox.class.getName(),
                  directory.resolve("other" + uid).toString(),
                  uid,
                  marker)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader output = jvm.inputReader()) {
        assertEquals("started", output.readLine());
        assertTrue(isRunning("sleep\0" + marker));
      } finally {
        jvm.destroyForcibly(); // SIGKILL: no shutdown hook runs
      }
      assertEquals(137, jvm.waitFor());
      for (int i = 0; i < 500 && isRunning("sleep\0" + marker); i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertFalse(isRunning("sleep\0" + marker), "user " + uid + " survived");
    }
  }

  @Test
  void running_out_of_memory_is_named_with_limit_and_peak() throws IOException {
    ResourceLimits limits = enforceable(limits(MEMORY, 0, 0));
    TestBox.Result result =
        box.run(
            List.of("sh", "-c", "tail -c 100000000 /dev/zero"), builder -> builder.limits(limits));
    ExitStatus.OutOfMemory status = (ExitStatus.OutOfMemory) result.status();
    assertEquals(MEMORY, status.limit());
    assertEquals(137, status.shellCode());
    assertTrue(status.peak() > MEMORY / 2 && status.peak() <= MEMORY, status.toString());
    assertTrue(
        status.inWords().startsWith("ran out of memory: the limit is 32 MiB, the peak was 3"),
        status.inWords());
  }

  @Test
  void a_failure_of_another_kind_is_not_called_out_of_memory() throws IOException {
    ResourceLimits limits = enforceable(limits(MEMORY, 0, 0));
    assertEquals(new ExitStatus.Exited(9), box.shell("exit 9", b -> b.limits(limits)).status());
  }

  @Test
  void the_number_of_processes_is_limited() throws IOException {
    ResourceLimits limits = enforceable(limits(0, 0, 5));
    String script =
        "for i in 1 2 3 4 5 6 7 8 9; do sleep 30 & done; ls -d /proc/[0-9]*/exe | wc -l";
    TestBox.Result result = box.shell(script, builder -> builder.limits(limits));
    assertTrue(result.output().contains("can't fork"), result.output());
    assertFalse(result.status().isSuccess());
  }

  @Test
  void processor_time_has_its_quota_and_groups_go_away() throws IOException {
    ResourceLimits limits = enforceable(limits(0, 25_000, 100));
    Path group;
    try (TestBox.Started started =
        box.start(
            List.of("sleep", "1000"),
            directory.resolve("output"),
            Files.createDirectories(directory.resolve("upper")),
            builder -> builder.limits(limits))) {
      group = cpuGroup(started.process().pid());
      Path quota = group.resolve("cpu.cfs_quota_us");
      assertEquals(
          Files.exists(quota) ? "25000" : "25000 100000",
          Files.readString(Files.exists(quota) ? quota : group.resolve("cpu.max")).strip());
    }
    assertFalse(Files.exists(group));
  }

  @Test
  void the_sandbox_does_not_see_where_its_group_is() throws IOException {
    ResourceLimits limits = enforceable(limits(0, 0, 100));
    String output = box.shell("cat /proc/self/cgroup", b -> b.limits(limits)).output();
    assertFalse(output.contains("jbuild"), output);
  }

  @Test
  void without_limits_nothing_is_counted() throws IOException {
    try (TestBox.Started started = start("true")) {
      assertNull(started.process().stats());
    }
  }

  private static ResourceLimits limits(long memory, long cpus, long pids) {
    return ResourceLimits.builder()
        .set(Limit.MEMORY, memory)
        .set(Limit.CPUS, cpus)
        .set(Limit.PIDS, pids)
        .build();
  }

  private ResourceLimits enforceable(ResourceLimits limits) throws IOException {
    try {
      CgroupHierarchy.detect(Path.of("/")).create("probe-" + System.nanoTime(), limits).close();
    } catch (IOException e) {
      RootOnly.skipUnless(false, "this machine cannot " + e.getMessage());
    }
    return limits;
  }

  /** The host's directory of the group that holds {@code pid}, from proc(5). */
  private static Path cpuGroup(int pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (List.of(parts[1].split(",")).contains("cpu")) {
        return Path.of("/sys/fs/cgroup", parts[1], parts[2]);
      }
    }
    String all = Files.readString(Path.of("/proc/" + pid + "/cgroup"));
    return Path.of("/sys/fs/cgroup" + all.substring(all.indexOf("0::") + 3).strip());
  }

  private static boolean isRunning(String command) throws IOException {
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          if (Files.readString(process.resolve("cmdline")).contains(command)) {
            return true;
          }
        } catch (IOException ended) {
          // between the list and the look at it
        }
      }
    }
    return false;
  }

  private TestBox.Result run(String... argv) throws IOException {
    return box.run(List.of(argv), builder -> builder);
  }

  private TestBox.Started start(String... argv) throws IOException {
    return box.start(
        List.of(argv),
        directory.resolve("output"),
        Files.createDirectories(directory.resolve("upper")),
        builder -> builder);
  }
}
