package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** stats, pause and unpause, with containers that run in other processes. */
@Timeout(120)
class StatsIT {
  @TempDir static Path temporary;
  private static Session session;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
  }

  @Test
  void a_running_container_is_shown_with_docker_s_columns() throws Exception {
    Process container = start("--name", "busy", "--memory", "64m", "box", "sh", "-c", BUSY);
    try {
      List<String> lines =
          session.jbuild("stats", "--no-stream", "busy").succeeds().out().lines().toList();
      assertEquals(
          "CONTAINER ID NAME CPU % MEM USAGE / LIMIT MEM % NET I/O BLOCK I/O PIDS",
          lines.get(0).replaceAll(" +", " "));
      assertEquals(2, lines.size(), lines.toString());
      String[] cells = lines.get(1).split(" {3,}", -1);
      assertEquals("busy", cells[1]);
      assertTrue(cells[2].endsWith("%") && !cells[2].equals("0.00%"), lines.get(1));
      assertTrue(cells[3].endsWith("iB / 64MiB"), lines.get(1));
      assertEquals("0B / 0B", cells[5]);
      assertEquals("1", cells[7]);

      Result json = session.jbuild("stats", "--no-stream", "--format", "json", "busy");
      assertTrue(json.out().contains("\"memoryLimitBytes\" : 67108864"), json.out());
      assertTrue(json.out().contains("\"pids\" : 1"), json.out());
    } finally {
      end(container);
    }
  }

  @Test
  void a_container_run_with_rm_and_without_limits_is_shown_too() throws Exception {
    Process container = start("--rm", "box", "sh", "-c", "echo up; sleep 1000");
    try {
      String all = session.jbuild("stats", "--no-stream").succeeds().out();
      assertTrue(all.lines().count() >= 2, all);
    } finally {
      end(container);
    }
  }

  @Test
  void a_paused_container_stops_and_goes_on() throws Exception {
    Process container = start("--name", "paused", "box", "sh", "-c", BUSY);
    try {
      assertEquals("paused\n", session.jbuild("pause", "paused").succeeds().out());
      String before = cpuMicros();
      assertEquals(before, cpuMicros(), "it runs all the same");
      Result again = session.jbuild("pause", "paused");
      assertEquals(1, again.code());
      assertTrue(again.err().contains("pause container paused: it is paused already"), again.err());
      session.jbuild("unpause", "paused").succeeds();
      for (int i = 0; i < 30 && before.equals(cpuMicros()); i++) {
        // each look takes a second
      }
      assertNotEquals(before, cpuMicros());
      Result twice = session.jbuild("unpause", "paused");
      assertTrue(twice.err().contains("unpause container paused: it is not paused"), twice.err());
    } finally {
      end(container);
    }
  }

  @Test
  void a_paused_container_ends_with_its_command() throws Exception {
    Process container = start("--name", "frozen", "box", "sh", "-c", BUSY);
    session.jbuild("pause", "frozen").succeeds();
    end(container);
    Result gone = session.jbuild("unpause", "frozen");
    assertEquals(1, gone.code());
    assertTrue(
        gone.err().contains("unpause container frozen: no such container is running"), gone.err());
  }

  @Test
  void a_name_that_nothing_running_has_is_an_error() {
    Result result = session.jbuild("stats", "--no-stream", "nobody");
    assertEquals(1, result.code());
    assertTrue(result.err().contains("show container nobody: no such container"), result.err());
  }

  private static final String BUSY = "echo up; while :; do :; done";

  private static String cpuMicros() {
    String out = session.jbuild("stats", "--no-stream", "--format", "json", "paused").out();
    return out.substring(out.indexOf("cpuMicros"), out.indexOf("memoryBytes"));
  }

  /** Returns when the container's program has begun. */
  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("run"));
    command.addAll(List.of(arguments));
    Process process = session.start(command.toArray(String[]::new));
    BufferedReader output = process.inputReader();
    assertEquals("up", output.readLine());
    return process;
  }

  private static void end(Process container) throws InterruptedException {
    container.destroyForcibly();
    container.waitFor();
  }
}
