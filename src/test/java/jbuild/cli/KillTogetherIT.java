package jbuild.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds and runs on one data root, several at once, end by signals at random moments: mostly
 * SIGKILL, sometimes SIGTERM or SIGINT and a moment later SIGKILL. After one more command nothing
 * of them is left on the machine: no mount, no process, no control group, no loop device, no file.
 */
class KillTogetherIT {
  private static final int KILLS = Integer.getInteger("jbuild.test.kills", 6);
  private static final int TOGETHER = 3;
  private static final long SEED = 20261129;

  /** In the environment of every process of this test, inside sandboxes and outside. */
  private static final String MARK = "KILL_MARK";

  @TempDir Path temporary;
  private final Random random = new Random(SEED);
  private final List<Long> killed = new ArrayList<>();
  private String mark = "";
  private Session session;
  private Leftovers leftovers;
  private int number;

  @BeforeEach
  void makeImages() throws Exception {
    session = new Session(temporary);
    session.makeBox();
    mark = Long.toHexString(System.nanoTime()) + "-" + ProcessHandle.current().pid();
    session.set("JBUILD_GC", "off").set(MARK, mark);
    leftovers = new Leftovers(session.root());
    for (int i = 0; i < 50; i++) {
      session.file("dir/file" + i, "content " + i);
    }
    Files.createDirectories(temporary.resolve("volume"));
  }

  @Test
  void nothing_is_left_of_builds_and_runs_that_were_killed_at_any_moment() throws Exception {
    long whole = time(run("--rm"));
    while (killed.size() < KILLS) {
      List<Process> processes = new ArrayList<>();
      List<Thread> killers = new ArrayList<>();
      for (int i = 0; i < TOGETHER; i++) {
        Process process = session.start(command());
        processes.add(process);
        killers.add(killer(process, (long) (1.2 * whole * random.nextDouble()), random.nextInt(6)));
      }
      assertFalse(marked().isEmpty(), "processes are not found by their mark");
      for (Thread killer : killers) {
        killer.join();
      }
      for (Process process : processes) {
        process.waitFor();
        killed.add(process.pid());
      }
      check();
    }
  }

  @Test
  void a_collection_removes_the_control_group_of_a_command_that_was_killed() throws Exception {
    Process process =
        session.start("run", "--rm", "-m", "64m", "box", "sh", "-c", "echo started; sleep 9");
    try {
      process.inputReader(UTF_8).readLine();
      assertFalse(Leftovers.controlGroups(process.pid()).isEmpty(), "it has no control group");
    } finally {
      process.destroyForcibly().waitFor();
    }
    session.jbuild("gc").succeeds();
    assertEquals(List.of(), Leftovers.controlGroups(process.pid()));
  }

  /** A build, of which no step is in the cache, or a run. */
  private String[] command() throws IOException {
    number++;
    return switch (random.nextInt(6)) {
      case 0, 1 -> build();
      case 2 -> run("--rm");
      case 3 -> run("--rm", "-m", "64m", "--cpus", "0.9", "--pids-limit", "20");
      case 4 -> run("--name", "kept" + number, "-m", "64m");
      default -> run("--rm", "-v", temporary.resolve("volume") + ":/volume", "--read-only");
    };
  }

  private String[] build() throws IOException {
    Path file =
        session.file(
            "Buildfile" + number,
            "FROM box AS a",
            "ENV " + MARK + "=" + mark + " NUMBER=" + number,
            "RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/t sleep 0.2 && echo"
                + " $NUMBER >/cache/f",
            "FROM box",
            "ENV " + MARK + "=" + mark + " NUMBER=" + number,
            "COPY dir /dir",
            "RUN --network=none --mount=type=bind,from=a,target=/a (sleep 9 &) ; sleep 0.2; ls /a");
    return new String[] {
      "-m", "200m", "--pids-limit", "50", "-q", "-f", file.toString(), session.context().toString()
    };
  }

  private String[] run(String... options) {
    List<String> command = new ArrayList<>(List.of("run", "--network", "none", "-e", MARK));
    command.addAll(List.of(options));
    command.addAll(List.of("box", "sh", "-c", "(sleep 9 &) ; sleep 0.3"));
    return command.toArray(String[]::new);
  }

  /** Nanoseconds of a whole command. */
  private long time(String... command) throws Exception {
    long begin = System.nanoTime();
    session.process("", command).succeeds();
    return System.nanoTime() - begin;
  }

  private static Thread killer(Process process, long after, int kind) {
    Thread thread =
        new Thread(
            () -> {
              try {
                process.waitFor(after, TimeUnit.NANOSECONDS);
                if (kind == 0) {
                  process.destroy(); // SIGTERM
                  process.waitFor(100, TimeUnit.MILLISECONDS);
                } else if (kind == 1 && process.isAlive()) {
                  Jbuild.tool("kill", "-INT", Long.toString(process.pid()));
                  process.waitFor(100, TimeUnit.MILLISECONDS);
                }
                process.destroyForcibly();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  private void check() throws Exception {
    String which = "after kill " + killed.size() + " with seed " + SEED + ": ";
    session.process("", run("--rm")).succeeds();
    for (Path container : list(session.root().resolve("containers"))) {
      session.jbuild("rm", container.getFileName().toString()).succeeds();
    }
    session.jbuild("gc").succeeds();
    for (int attempt = 0; attempt < 100 && !marked().isEmpty(); attempt++) {
      Thread.sleep(20); // those that were killed last are still on their way out
    }
    assertEquals(List.of(), marked(), which + "processes");
    assertEquals(List.of(), leftovers.processes(), which + "processes that see the data root");
    assertEquals(List.of(), leftovers.mounts(), which + "mounts");
    assertEquals(List.of(), loopDevices(), which + "loop devices");
    for (long pid : killed) {
      assertEquals(List.of(), Leftovers.controlGroups(pid), which + "control groups");
    }
    assertEquals(List.of(), leftovers.temporary(), which + "left");
    for (String directory : List.of("containers", "leases", "trash")) {
      assertEquals(List.of(), list(session.root().resolve(directory)), which + directory);
    }
    assertEquals(List.of(), list(temporary.resolve("volume")), which + "the volume");
    assertEquals(List.of(), leftovers.damage(), which + "damaged");
    Session.Result fsck = session.jbuild("fsck");
    assertEquals(0, fsck.code(), which + fsck.out() + fsck.err());
  }

  /** Processes of this test other than itself. */
  private List<String> marked() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path process : list(Path.of("/proc"))) {
      try {
        if (Files.readString(process.resolve("environ"), ISO_8859_1).contains(MARK + "=" + mark)) {
          found.add(process + " " + Files.readString(process.resolve("cmdline"), UTF_8));
        }
      } catch (IOException endedOrNoProcess) {
        // nothing of ours
      }
    }
    return found;
  }

  private List<String> loopDevices() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path device : list(Path.of("/sys/block"))) {
      Path file = device.resolve("loop/backing_file");
      if (Files.exists(file) && Files.readString(file).contains(temporary.toString())) {
        found.add(device.toString());
      }
    }
    return found;
  }

  private static List<Path> list(Path directory) throws IOException {
    if (Files.notExists(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
