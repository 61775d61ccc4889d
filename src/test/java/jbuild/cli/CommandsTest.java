package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that start no process: what they print, and how they end. */
class CommandsTest {
  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
  }

  private static void assertContains(String part, String whole) {
    assertTrue(whole.contains(part), () -> "no <" + part + "> in: " + whole);
  }

  private void failsWith(int code, String message, String... arguments) {
    Result result = session.jbuild(arguments);
    assertContains(message, result.err());
    assertEquals(code, result.code(), result.err());
  }

  private long blobs() throws IOException {
    try (Stream<Path> files = Files.list(session.root().resolve("blobs/sha256"))) {
      return files.count();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build", "check", "run", "images", "import", "export", "rootfs", "inspect", "history",
        "tag", "rmi", "ps", "rm", "gc", "fsck", "version"
      })
  void every_command_has_help(String command) {
    Result help = session.jbuild(command, "--help").succeeds();
    assertContains("Usage: jbuild " + command, help.out());
    assertContains("--debug", help.out());
    assertEquals(help, session.jbuild("help", command));
  }

  @Test
  void without_a_command_the_overview_is_an_error() {
    Result nothing = session.jbuild();
    assertEquals(2, nothing.code());
    assertEquals(nothing.err(), session.jbuild("--help").succeeds().out());
  }

  @Test
  void misspelt_commands_are_suggested() {
    failsWith(2, "unknown command: imges (did you mean images?)", "imges");
    failsWith(2, "unknown command: frobnicate (jbuild --help lists them)", "frobnicate");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | unknown option: --bogus | build --bogus",
        "2 | --network bridge: unknown (use host or none) | build --network bridge -f FILE CONTEXT",
        "2 | --memory lots: not a size | build -m lots -f FILE CONTEXT",
        "2 | --cpus 0: not a number of processors | build --cpus 0 -f FILE CONTEXT",
        "2 | context nowhere: no such directory | build nowhere",
        "2 | no Buildfile, Containerfile, Dockerfile in | build CONTEXT",
        "1 | gone: no such file or directory | build -f gone CONTEXT",
        "2 | --build-arg =x: not of the form NAME=VALUE | build --build-arg =x -f FILE CONTEXT",
        "2 | -t UPPER: image name: UPPER | build -t UPPER -f FILE CONTEXT",
        "2 | --format xml: unknown (use table or json) | images --format xml",
        "2 | jbuild tag: give IMAGE and NAME: 1 operand instead of 2 | tag x",
        "2 | try: jbuild tag --help | tag x y z",
        "125 | jbuild run: give IMAGE: 0 operands instead of at least 1 | run --rm",
        "2 | --pids-limit many: not a whole number | build --pids-limit many -f FILE CONTEXT",
        "2 | --bin: goes with host only | import --bin sh x.tar",
        "1 | find image x: no such image | inspect x",
        "1 | find image x: no such image | history x",
        "1 | find image x: no such image | export x",
        "1 | remove image x: no such image | rmi x",
        "1 | remove container x: no such container | rm x",
        "125 | find image x: no such image | run x",
        "125 | unknown option: --bogus | run --bogus x",
        "125 | -v a:b: not of the form SOURCE:/TARGET[:ro] | run -v a:b IMAGE",
        "125 | -e =x: not of the form NAME=VALUE | run -e =x IMAGE",
        "125 | no command: neither the image nor the command line has one | run --rm IMAGE",
      })
  void what_cannot_be_meant_is_told(int code, String message, String line) throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "FROM scratch\nLABEL a=b\n");
    session.jbuild("-f", file.toString(), "-t", "image", session.context().toString()).succeeds();
    String[] words = line.split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      words[i] =
          words[i]
              .replace("CONTEXT", session.context().toString())
              .replace("FILE", file.toString())
              .replace("IMAGE", "image");
    }
    failsWith(code, message, words);
  }

  @Test
  void the_file_is_looked_for_by_three_names() throws IOException {
    String context = session.context().toString();
    session.file("Dockerfile", "FROM scratch", "LABEL name=Dockerfile");
    session.jbuild("build", "-t", "x", context).succeeds();
    assertContains("\"name\":\"Dockerfile\"", session.jbuild("inspect", "x").out());
    session.file("Containerfile", "FROM scratch", "LABEL name=Containerfile");
    session.jbuild("build", "-t", "x", context).succeeds();
    assertContains("\"name\":\"Containerfile\"", session.jbuild("inspect", "x").out());
    session.file("Buildfile", "FROM scratch", "LABEL name=Buildfile");
    session.jbuild("build", "-t", "x", context).succeeds();
    assertContains("\"name\":\"Buildfile\"", session.jbuild("inspect", "x").out());
  }

  @Test
  void an_ignore_file_beside_the_file_replaces_that_of_the_context() throws IOException {
    session.file("a", "a");
    session.file("b", "b");
    session.file(".dockerignore", "a");
    session.file("Other.dockerignore", "b");
    session.file("Other", "FROM scratch", "COPY a /");
    Path other = session.context().resolve("Other");
    session.jbuild("-f", other.toString(), session.context().toString()).succeeds();
    session.file("Other", "FROM scratch", "COPY b /");
    failsWith(
        1,
        "COPY: b: it is there, but Other.dockerignore:1 excludes it",
        "-f",
        other.toString(),
        session.context().toString());
    Result failed = session.build("x", "FROM scratch", "COPY a /");
    assertContains(".dockerignore:1 excludes it", failed.err());
    assertContains("Buildfile:2:1: COPY: a:", failed.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RUN --device=vendor.example/d true",
      })
  void what_is_not_executed_yet_is_refused_before_anything_is_done(String line) throws IOException {
    session.file("a", "a");
    Result refused = session.build("x", "FROM scratch", "COPY a /", line);
    assertEquals(1, refused.code());
    assertContains("Buildfile:3:", refused.err());
    assertContains("is not executed yet", refused.err());
    assertEquals(0, blobs());
  }

  @Test
  void an_image_is_listed_shown_named_and_removed() throws IOException {
    session.file("a", "content");
    Result built = session.build("one", "FROM scratch", "COPY a /", "LABEL k=v", "CMD [\"/a\"]");
    assertContains("[2/4] COPY a /", built.succeeds().err());
    assertContains("built one sha256:", built.err());
    session.jbuild("tag", "one", "two:v1").succeeds();

    assertContains("one:latest", session.jbuild("images").out());
    assertContains("two:v1", session.jbuild("images", "--format", "json").out());
    String id = session.jbuild("images", "-q").out().lines().findFirst().orElseThrow();
    assertContains("\"two:v1\"", session.jbuild("inspect", id).succeeds().out());
    String history = session.jbuild("history", "one").succeeds().out();
    assertTrue(history.indexOf("CMD") < history.indexOf("COPY a /"), history);
    assertContains("\"createdBy\"", session.jbuild("history", "--format", "json", id).out());

    assertEquals("untagged: one:latest\n", session.jbuild("rmi", "one").succeeds().out());
    assertContains("two:v1", session.jbuild("images").out());
    assertContains("untagged: two:v1\nremoved: sha256:", session.jbuild("rmi", id).out());
    assertFalse(session.jbuild("images").out().contains("two"));
    assertContains("CONTAINER ID", session.jbuild("ps").succeeds().out());
    assertContains("(Java ", session.jbuild("--version").succeeds().out());
  }

  @Test
  void a_damaged_image_is_named_hides_no_other_and_can_be_removed() throws Exception {
    session.file("file", "content");
    session.build("good", "FROM scratch", "COPY file /good").succeeds();
    session.build("bad", "FROM scratch", "COPY file /bad").succeeds();
    String inspected = session.jbuild("inspect", "bad").out();
    int digest = inspected.indexOf("sha256:", inspected.indexOf("\"digest\"")) + "sha256:".length();
    String manifest = inspected.substring(digest, digest + 64);
    Files.delete(session.root().resolve("blobs/sha256").resolve(manifest));
    Session.Result images = session.jbuild("images");
    assertEquals(1, images.code());
    assertContains("good:latest", images.out());
    assertContains("bad:latest: read blob sha256:" + manifest, images.err());
    assertEquals("untagged: bad:latest\n", session.jbuild("rmi", "bad").succeeds().out());
    session.jbuild("images").succeeds();
  }

  @Test
  void an_export_is_imported_as_the_same_files() throws IOException {
    session.file("d/a", "content");
    session.build("x", "FROM scratch", "COPY d /d").succeeds();
    String first = session.context().resolve("first.tar").toString();
    String second = session.context().resolve("second.tar").toString();
    session.jbuild("export", "--output", first, "x").succeeds();
    session.jbuild("import", "-t", "y", first).succeeds();
    session.jbuild("export", "--output", second, "y").succeeds();
    assertEquals(-1, Files.mismatch(Path.of(first), Path.of(second)));
    Path rootfs = temporary.resolve("rootfs");
    session.jbuild("rootfs", "y", rootfs.toString()).succeeds();
    assertEquals("content\n", Files.readString(rootfs.resolve("d/a")));
    failsWith(1, "", "rootfs", "y", rootfs.toString());
  }

  @Test
  void output_that_cannot_be_written_is_an_error() throws IOException {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    PrintStream out = new PrintStream(full, true);
    PrintStream err = new PrintStream(OutputStream.nullOutputStream());
    Map<String, String> environment = Map.of("JBUILD_ROOT", session.root().toString());
    assertEquals(1, new Cli(new Console(out, err, environment)).run(new String[] {"version"}));
  }

  @Test
  void quiet_prints_the_id_alone() throws IOException {
    session.file("Buildfile", "FROM scratch", "LABEL a=b");
    Result quiet = session.jbuild("-q", session.context().toString()).succeeds();
    assertTrue(quiet.out().matches("sha256:[0-9a-f]{64}\n"), quiet.out());
    assertEquals("", quiet.err());
  }

  @Test
  void a_target_and_its_arguments_are_chosen() throws IOException {
    session.file(
        "Buildfile",
        "ARG WHAT=none",
        "FROM scratch AS one",
        "ARG WHAT",
        "LABEL one=$WHAT",
        "FROM scratch AS two",
        "LABEL two=2");
    String context = session.context().toString();
    Result built =
        session.jbuild(
            "-t",
            "x",
            "-t",
            "y",
            "--target",
            "one",
            "--build-arg",
            "WHAT=that",
            "--build-arg",
            "UNUSED=1",
            context);
    assertContains("warning: --build-arg UNUSED: no ARG of the file asks for it", built.err());
    assertContains("\"one\":\"that\"", session.jbuild("inspect", "y").succeeds().out());
    assertFalse(session.jbuild("inspect", "x").out().contains("two"));
    failsWith(1, "three", "--target", "three", context);
  }

  @Test
  void a_stage_is_built_only_when_it_is_needed() throws IOException {
    Result built =
        session.build("x", "FROM gone AS unused", "RUN false", "FROM scratch AS used", "LABEL a=b");
    assertFalse(built.succeeds().err().contains("gone"), built.err());
    Result failed = session.build("x", "FROM gone");
    assertContains("Buildfile:1:6: no image of that name in", failed.err());
  }

  @Test
  void the_source_date_epoch_clamps_what_is_new_and_leaves_the_base_alone() throws IOException {
    Files.setLastModifiedTime(session.file("a", "a"), FileTime.fromMillis(5_000_000));
    session.build("base", "FROM scratch", "COPY a /").succeeds();
    session.set("SOURCE_DATE_EPOCH", "1000");
    session.build("x", "FROM base", "COPY a /b", "LABEL a=b").succeeds();
    String image = session.jbuild("inspect", "x").out();
    assertContains("\"created\":\"1970-01-01T00:16:40Z\"", image);
    String history = session.jbuild("history", "--format", "json", "x").out();
    String[] times = history.split("\"created\" : ", -1);
    assertTrue(times[1].startsWith("\"1970-01-01T01:23:20Z\""), history);
    assertTrue(times[2].startsWith("\"1970-01-01T00:16:40Z\""), history);
    assertTrue(times[3].startsWith("\"1970-01-01T00:16:40Z\""), history);
    Path rootfs = temporary.resolve("rootfs");
    session.jbuild("rootfs", "x", rootfs.toString()).succeeds();
    assertEquals(5_000_000, Files.getLastModifiedTime(rootfs.resolve("a")).toMillis());
    assertEquals(1_000_000, Files.getLastModifiedTime(rootfs.resolve("b")).toMillis());
  }
}
