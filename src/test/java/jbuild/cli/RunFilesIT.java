package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jbuild run} whose standard streams are files: it copies, the container has pipes. */
class RunFilesIT {
  private static final int LINES = 100_000;

  @TempDir static Path temporary;
  private static Session session;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
  }

  /** Runs a script in a container with files for all three streams. */
  private static int run(Path in, Path out, Path err, String script) throws Exception {
    return session
        .builder("run", "--rm", "-i", "box", "sh", "-c", script)
        .redirectInput(in.toFile())
        .redirectOutput(Redirect.appendTo(out.toFile()))
        .redirectError(Redirect.appendTo(err.toFile()))
        .start()
        .waitFor();
  }

  private static Path file(String name, String content) throws IOException {
    return Files.writeString(temporary.resolve(name), content);
  }

  @Test
  void the_whole_input_is_read_and_the_whole_output_is_written() throws Exception {
    String text = "a line of some length, a few megabytes of which are no piece of a pipe\n";
    Path in = file("in", text.repeat(LINES));
    Path out = file("out", "before\n");
    Path err = file("err", "");
    assertEquals(7, run(in, out, err, "cat; echo to the other >&2; exit 7"));
    assertEquals("before\n" + text.repeat(LINES), Files.readString(out));
    assertTrue(Files.readString(err).startsWith("to the other\n"), Files.readString(err));
  }

  @Test
  void output_and_errors_in_one_file_keep_their_order() throws Exception {
    Path in = file("none", "");
    Path both = file("both", "");
    assertEquals(0, run(in, both, both, "for i in 1 2 3; do echo out $i; echo err $i >&2; done"));
    assertEquals("out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n", Files.readString(both));
  }

  @Test
  void input_that_is_not_read_stops_nothing() throws Exception {
    Path in = file("much", "x".repeat(1 << 20));
    Path out = file("little", "");
    assertEquals(0, run(in, out, file("errors", ""), "exit 0"));
    assertEquals("", Files.readString(out));
  }

  @Test
  void the_container_has_no_descriptor_of_the_files() throws Exception {
    Path out = file("links", "");
    assertEquals(
        0,
        run(
            file("nothing", ""),
            out,
            file("e", ""),
            "ls -l /proc/self/fd | busybox grep -c pipe:"));
    assertEquals("3\n", Files.readString(out));
  }

  @Test
  void a_device_is_handed_on_and_the_program_itself_is_told_that_it_is_full() throws Exception {
    Path err = file("full-err", "");
    Path full = Path.of("/dev/full");
    assertEquals(1, run(file("no", ""), full, err, "echo x"));
    assertTrue(Files.readString(err).contains("No space left"), Files.readString(err));
  }
}
