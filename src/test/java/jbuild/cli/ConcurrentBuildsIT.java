package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds in processes of their own, at the same time on one root. */
class ConcurrentBuildsIT {
  private static final int MINUTE = 60_000;

  @TempDir Path temporary;
  private Session session;

  /**
   * The world outside: a RUN that connects to it is being executed, and goes on when it is let go.
   */
  private ServerSocket outside;

  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
    session.makeBox();
    outside = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    outside.setSoTimeout(MINUTE);
  }

  @AfterEach
  void close() throws IOException {
    outside.close();
    started.forEach(Process::destroyForcibly);
  }

  /** A command that tells that it is executed, waits to be let go, and gives a number by chance. */
  private String meet(String name) {
    return "RUN busybox nc 127.0.0.1 "
        + outside.getLocalPort()
        + " && cat /proc/sys/kernel/random/uuid >/"
        + name;
  }

  private Build start(String name, String... lines) throws IOException {
    Path file = session.file(name, lines);
    Process process =
        session.start("-f", file.toString(), "-t", name, session.context().toString());
    started.add(process);
    return new Build(
        process, new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8)));
  }

  /** A build that runs, with what it has said so far. */
  private record Build(Process process, BufferedReader said, StringBuilder all) {
    Build(Process process, BufferedReader said) {
      this(process, said, new StringBuilder());
    }

    String awaitLine(String part) throws IOException {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        all.append(line).append('\n');
        if (line.contains(part)) {
          return line;
        }
      }
      throw new AssertionError("never said <" + part + ">: " + all);
    }

    void awaitWaiting() throws IOException {
      awaitLine("waits for another build that does the same step");
    }

    /** How often something of that kind was said by a build that ended well. */
    long succeeds(String part) throws Exception {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        all.append(line).append('\n');
      }
      assertEquals(0, process.waitFor(), all.toString());
      return all.toString().lines().filter(line -> line.contains(part)).count();
    }
  }

  private static void letGo(Socket run) throws IOException {
    run.close();
  }

  private String id(String image) {
    String inspected = session.jbuild("inspect", image).succeeds().out();
    return inspected.substring(inspected.indexOf("sha256:"), inspected.indexOf("sha256:") + 71);
  }

  @Test
  void of_four_equal_builds_one_executes_and_three_wait_for_it() throws Exception {
    String[] lines = {"FROM box", "WORKDIR /w", meet("id"), "RUN cat /id >/copy"};
    Build first = start("first", lines);
    Socket run = outside.accept();
    List<Build> others = new ArrayList<>();
    for (String name : List.of("second", "third", "fourth")) {
      others.add(start(name, lines));
    }
    for (Build other : others) {
      other.awaitWaiting();
    }
    letGo(run);
    assertEquals(0, first.succeeds("cached  "));
    for (Build other : others) {
      // The last step is executed by whoever comes first, and waited for by the rest.
      assertTrue(other.succeeds("cached  ") >= 2, other.all.toString());
    }
    assertEquals(
        1,
        List.of(id("first"), id("second"), id("third"), id("fourth")).stream().distinct().count());
    outside.setSoTimeout(1);
    assertThrows(SocketTimeoutException.class, outside::accept);
  }

  @Test
  void different_builds_execute_what_they_share_once() throws Exception {
    String shared = meet("shared");
    Build first = start("first", "FROM box", shared, "RUN echo 1 >/own");
    Socket run = outside.accept();
    Build second = start("second", "FROM box", shared, "RUN echo 2 >/own");
    second.awaitWaiting();
    letGo(run);
    first.succeeds("");
    assertEquals(1, second.succeeds("cached  "));
    assertTrue(!id("first").equals(id("second")));
  }

  @Test
  void when_the_one_that_executes_is_killed_another_takes_over() throws Exception {
    String[] lines = {"FROM box", meet("id")};
    Build first = start("first", lines);
    Socket run = outside.accept();
    List<Build> others = List.of(start("second", lines), start("third", lines));
    for (Build other : others) {
      other.awaitWaiting();
    }
    first.process().destroyForcibly().waitFor();
    try (Socket again = outside.accept()) {
      assertEquals(-1, run.getInputStream().read(), "what the killed build ran is gone");
      assertTrue(again.isConnected());
    }
    long cached = 0;
    for (Build other : others) {
      cached += other.succeeds("cached  ");
    }
    assertEquals(1, cached);
    assertEquals(id("second"), id("third"));
  }

  @Test
  void a_build_without_the_cache_does_not_wait() throws Exception {
    String[] lines = {"FROM box", meet("id")};
    Build first = start("first", lines);
    Socket run = outside.accept();
    Path file = session.file("second", lines);
    Process second =
        session.start(
            "build",
            "--no-cache",
            "-f",
            file.toString(),
            "-t",
            "second",
            session.context().toString());
    started.add(second);
    letGo(outside.accept());
    assertEquals(0, second.waitFor());
    letGo(run);
    first.succeeds("");
  }

  @Test
  void equal_steps_of_two_stages_are_executed_once() throws Exception {
    Build build =
        start(
            "stages",
            "FROM box AS one",
            meet("id"),
            "FROM box AS two",
            meet("id"),
            "COPY --from=one /id /other");
    letGo(outside.accept());
    assertEquals(0, build.succeeds("waits for another build"));
    assertTrue(build.all.toString().matches("(?s).*\\[two 2/3\\].*cached.*"), build.all.toString());
  }

  @Test
  void copies_of_the_same_files_are_written_once() throws Exception {
    session.file("files/a", "content");
    String[] lines = {"FROM box", meet("id"), "COPY files /files", "RUN cat /files/a >/read"};
    List<Build> builds = List.of(start("first", lines), start("second", lines));
    letGo(outside.accept());
    long cached = 0;
    for (Build build : builds) {
      cached += build.succeeds("cached  ");
    }
    assertEquals(3, cached);
    assertEquals(id("first"), id("second"));
  }
}
