package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers by the command line, in a JVM of their own as a user would have them. */
class RunIT {
  @TempDir static Path temporary;
  private static Session session;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
    session.file("etc/passwd", "root:x:0:0::/root:/bin/sh", "app:x:7:8::/home/app:/bin/sh");
    session.file("etc/group", "app:x:8:", "more:x:9:app");
    session
        .build(
            "app",
            "FROM box",
            "COPY etc /etc",
            "ENV A=image B=image",
            "WORKDIR /work",
            "USER app",
            "ENTRYPOINT [\"/bin/sh\", \"-c\"]",
            "CMD [\"echo $A $B; pwd; id -u; id -G; echo $HOME\"]")
        .succeeds();
  }

  private static Result run(String... arguments) throws Exception {
    return input("", arguments);
  }

  private static Result input(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("run", "--rm"));
    command.addAll(List.of(arguments));
    return session.process(input, command.toArray(String[]::new));
  }

  private static void prints(String expected, String... arguments) throws Exception {
    Result result = run(arguments);
    assertEquals(expected, result.out(), result.err());
    assertEquals(0, result.code());
  }

  private static String shell(String... lines) {
    return String.join("\n", lines);
  }

  @Test
  void the_image_says_what_is_run_and_how() throws Exception {
    prints("image image\n/work\n7\n8 9\n/home/app\n", "app");
  }

  @Test
  void the_command_line_overrides_the_image() throws Exception {
    prints(
        "mine image\n/bin\n0\n0\n/root\nyes\n",
        "-e",
        "A=mine",
        "-w",
        "/bin",
        "-u",
        "0:0",
        "--hostname",
        "me",
        "app",
        "echo $A $B; pwd; id -u; id -G; echo $HOME; test $HOSTNAME = me && echo yes");
    prints("direct\n", "--entrypoint", "/bin/echo", "app", "direct");
  }

  @Test
  void the_exit_code_is_the_programs() throws Exception {
    assertEquals(3, run("box", "sh", "-c", "exit 3").code());
    assertEquals(128, run("box", "sh", "-c", "exit 128").code());
    // PID 1 is deaf to what comes from inside: a child has to die of the signal.
    assertEquals(137, run("box", "sh", "-c", "sh -c 'kill -9 $$'; exit $?").code());
  }

  @Test
  void what_cannot_be_executed_is_126_or_127() throws Exception {
    Result missing = run("box", "nowhere");
    assertEquals(127, missing.code());
    assertTrue(missing.err().contains("nowhere: could not be executed"), missing.err());
    Result directory = run("box", "/bin");
    assertEquals(126, directory.code());
    assertTrue(directory.err().contains("/bin: EACCES"), directory.err());
  }

  @Test
  void standard_input_is_passed_on_when_it_is_asked_for() throws Exception {
    assertEquals("from outside", input("from outside", "-i", "box", "cat").out());
    assertEquals("", input("from outside", "box", "cat").out());
  }

  @Test
  void signals_reach_the_program() throws Exception {
    String script =
        shell(
            "trap 'echo got usr1' USR1",
            "trap 'echo got term; exit 9' TERM",
            "echo ready",
            "while :; do sleep 0.1; done");
    Process process = session.start("run", "--rm", "box", "sh", "-c", script);
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("ready", out.readLine());
      signal(process, "USR1");
      assertEquals("got usr1", out.readLine());
      signal(process, "TERM");
      assertEquals("got term", out.readLine());
    }
    assertEquals(9, process.waitFor());
  }

  private static void signal(Process process, String name) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor());
  }

  @Test
  void directories_and_files_of_the_host_are_mounted() throws Exception {
    Path shared = Files.createDirectory(temporary.resolve("shared"));
    Path file = Files.writeString(temporary.resolve("single"), "one file");
    String directory = shared.toString();
    prints("", "-v", directory + ":/new/place", "box", "touch", "/new/place/made");
    assertTrue(Files.exists(shared.resolve("made")));
    Result refused = run("-v", directory + ":/data:ro", "box", "touch", "/data/x");
    assertTrue(refused.err().contains("Read-only file system"), refused.err());
    prints("one file", "-v", file + ":/etc/single:ro", "box", "cat", "/etc/single");
    Result missing = run("-v", directory + "/gone:/data", "box", "true");
    assertEquals(125, missing.code());
    assertTrue(missing.err().contains("gone on /data: no such file or directory"), missing.err());
  }

  @Test
  void a_read_only_root_stays_as_it_is() throws Exception {
    Result refused = run("--read-only", "box", "touch", "/x");
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("Read-only file system"), refused.err());
  }

  @Test
  void without_a_network_there_is_lo_alone() throws Exception {
    prints("lo\n", "--network", "none", "box", "ls", "/sys/class/net");
    prints("", "--network", "none", "box", "cat", "/etc/resolv.conf");
  }

  @Test
  void too_much_memory_is_named() throws Exception {
    Result killed =
        run("-m", "16m", "box", "sh", "-c", "x=0123456789abcdef; while :; do x=$x$x; done");
    assertEquals(137, killed.code(), killed.err());
    assertTrue(killed.err().contains("ran out of memory: the limit is 16 MiB"), killed.err());
  }

  @Test
  void too_many_processes_are_refused() throws Exception {
    Result refused =
        run("--pids-limit", "3", "box", "sh", "-c", "sleep 1 & sleep 1 & sleep 1 & sleep 1 & wait");
    assertTrue(refused.err().contains("fork"), refused.err());
  }

  @Test
  void a_container_has_a_name_until_it_is_removed() throws Exception {
    Result first = session.process("", "run", "--name", "first", "box", "sh", "-c", "exit 4");
    assertEquals(4, first.code());
    Result again = session.process("", "run", "--name", "first", "box", "true");
    assertEquals(125, again.code());
    assertTrue(again.err().contains("name the container first: container "), again.err());
    Result wrong = session.process("", "run", "--name", "a/b", "box", "true");
    assertEquals(125, wrong.code());

    String listed = session.jbuild("ps").out();
    assertTrue(listed.contains("first") && listed.contains("exited (4)"), listed);
    String id = listed.lines().skip(1).findFirst().orElseThrow().split(" ", -1)[0];
    assertEquals(1, session.jbuild("rm", "").code());
    assertEquals(id + "\n", session.jbuild("rm", "first").succeeds().out());
    assertEquals(1, session.jbuild("ps").out().lines().count());
  }

  @Test
  void a_running_container_is_not_removed_and_one_that_lost_its_jbuild_is() throws Exception {
    Process process = session.start("run", "--name", "busy", "box", "sh", "-c", "echo; sleep 60");
    assertEquals('\n', process.getInputStream().read());
    assertTrue(session.jbuild("ps").out().contains("running"));
    Result refused = session.jbuild("rm", "busy");
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("it is running"), refused.err());
    process.destroyForcibly().waitFor();
    assertTrue(session.jbuild("ps", "--format", "json").out().contains("\"lost\""));
    session.jbuild("rm", "busy").succeeds();
  }

  @Test
  void a_removed_container_leaves_nothing() throws Exception {
    prints("x\n", "box", "echo", "x");
    try (var left = Files.list(session.root().resolve("work"))) {
      assertFalse(left.findAny().isPresent());
    }
  }
}
