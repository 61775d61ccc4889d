package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds with RUN by the command line. */
class BuildIT {
  @TempDir static Path temporary;
  private static Session session;
  private static int exports;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
  }

  /** What the image holds that {@code box} does not. */
  private static List<String> files(String image) throws IOException {
    Path directory = temporary.resolve("rootfs" + exports++);
    session.jbuild("rootfs", image, directory.toString()).succeeds();
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(path -> directory.relativize(path).toString())
          .filter(path -> !path.isEmpty() && !path.startsWith("bin"))
          .sorted()
          .toList();
    }
  }

  private static String read(String image, String file) throws IOException {
    Path directory = temporary.resolve("rootfs" + exports++);
    session.jbuild("rootfs", image, directory.toString()).succeeds();
    return Files.readString(directory.resolve(file));
  }

  private static void assertContains(String part, String whole) {
    assertTrue(whole.contains(part), () -> "no <" + part + "> in: " + whole);
  }

  @Test
  void a_run_leaves_what_it_made_and_nothing_of_its_mounts() throws IOException {
    session
        .build("x", "FROM box", "RUN cat /etc/resolv.conf /etc/hosts >/dev/null && touch /made")
        .succeeds();
    assertEquals(List.of("made"), files("x"));
  }

  @Test
  void a_failing_run_tells_where_how_and_what_it_said() throws IOException {
    Result failed =
        session.build(
            "x",
            "FROM box",
            "RUN for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; \\",
            "    printf 'the end'; exit 7");
    assertEquals(1, failed.code());
    assertContains("  the end\n", failed.err());
    assertContains("Buildfile:2:1: RUN ended with exit code 7", failed.err());
    assertContains("the last lines of its output:\n  line 2\n", failed.err());
    String log = failed.err().lines().reduce((a, b) -> b).orElseThrow();
    assertTrue(log.startsWith("the whole output: "), log);
    assertContains(
        "line 1\n", Files.readString(Path.of(log.substring("the whole output: ".length()))));
  }

  @Test
  void a_program_that_is_not_there_is_named() throws IOException {
    Result failed = session.build("x", "FROM box", "RUN [\"nowhere\", \"x\"]");
    assertContains("RUN could not be executed: nowhere: ENOENT", failed.err());
  }

  @Test
  void what_was_done_before_a_failure_need_not_be_done_again() throws IOException {
    session.build("x", "FROM box", "RUN echo once >/once", "RUN false");
    Result again = session.build("x", "FROM box", "RUN echo once >/once", "RUN true");
    assertTrue(again.succeeds().err().matches("(?s).*RUN echo once >/once +cached.*"), again.err());
  }

  @Test
  void here_documents_are_scripts() throws IOException {
    session
        .build(
            "x",
            "FROM box",
            "COPY <<EOF /etc/passwd",
            "app:x:7:8::/:/bin/sh",
            "EOF",
            "RUN <<EOF",
            "echo first > /first",
            "cat /first > /second",
            "EOF",
            "USER app",
            "WORKDIR /home/app",
            "RUN <<SCRIPT",
            "#!/bin/sh -e",
            "echo $0 $(id -u) > third",
            "SCRIPT",
            "RUN cat <<ONE <<TWO > fourth",
            "one",
            "ONE",
            "two",
            "TWO")
        .succeeds();
    assertEquals("first\n", read("x", "second"));
    assertEquals("/dev/pipes/SCRIPT 7\n", read("x", "home/app/third"));
    assertEquals("two\n", read("x", "home/app/fourth"));
    assertFalse(files("x").contains("dev/pipes"));
    Result failed = session.build("x", "FROM box", "RUN <<S", "#!/bin/nothing", "x", "S");
    assertContains("ended with exit code 127", failed.err());
  }

  @Test
  void proxies_are_set_and_count_for_nothing() throws IOException {
    session.file("Buildfile", "FROM box", "RUN echo $http_proxy $HTTP_PROXY >/proxy");
    String context = session.context().toString();
    session.jbuild("-t", "x", "--build-arg", "HTTP_PROXY=one", context).succeeds();
    assertEquals("one one\n", read("x", "proxy"));
    Result again = session.jbuild("-t", "x", "--build-arg", "HTTP_PROXY=two", context);
    assertContains("cached", again.succeeds().err());
    assertFalse(session.jbuild("inspect", "x").out().contains("PROXY=one"));
  }

  @Test
  void the_environment_of_a_run_is_what_the_file_says() throws IOException {
    session
        .build(
            "x",
            "FROM box",
            "ARG FROM_ARG=arg",
            "ENV A=1 B=\"two words\"",
            "WORKDIR /w",
            "RUN echo $FROM_ARG $A $B $PWD $HOME $PATH >/env",
            "ENTRYPOINT [\"/bin/false\"]",
            "SHELL [\"/bin/sh\", \"-ec\"]",
            "RUN false || echo shell $- >/shell")
        .succeeds();
    assertEquals(
        "arg 1 two words /w / /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
        read("x", "env"));
    assertContains("e", read("x", "shell"));
  }

  @Test
  void a_file_of_one_stage_goes_into_another() throws IOException {
    session
        .build(
            "x",
            "FROM box AS maker",
            "RUN echo made >/made",
            "FROM scratch",
            "COPY --from=maker /made /out/",
            "COPY --from=box /bin/busybox /bin/",
            "COPY --from=0 /made /again")
        .succeeds();
    assertEquals(List.of("again", "out", "out/made"), files("x"));
    Result failed = session.build("x", "FROM scratch", "COPY --from=gone /a /");
    assertContains("--from=gone: neither a stage nor an image of that name", failed.err());
  }

  @Test
  void deleted_files_and_background_processes_are_gone() throws IOException {
    session
        .build(
            "x",
            "FROM box",
            "RUN touch /a /b && mkdir /d && touch /d/c",
            "RUN busybox rm -r /a /d && { sleep 100 & }")
        .succeeds();
    assertEquals(List.of("b"), files("x"));
  }

  @Test
  void a_user_who_is_not_root_owns_what_it_makes() throws IOException {
    session.build("x", "FROM box", "USER 12:34", "WORKDIR /mine", "RUN touch file").succeeds();
    Path directory = temporary.resolve("owners");
    session.jbuild("rootfs", "x", directory.toString()).succeeds();
    for (String path : List.of("mine", "mine/file")) {
      assertEquals(12, Files.getAttribute(directory.resolve(path), "unix:uid"));
      assertEquals(34, Files.getAttribute(directory.resolve(path), "unix:gid"));
    }
    assertContains(
        "find user nobody: no such name",
        session.build("x", "FROM box", "USER nobody", "RUN true").err());
  }

  @Test
  void too_much_memory_in_a_run_is_named() throws IOException {
    session.file("Buildfile", "FROM box", "RUN x=0123456789abcdef; while :; do x=$x$x; done");
    Result killed = session.jbuild("-m", "16m", session.context().toString());
    assertContains("RUN ran out of memory: the limit is 16 MiB", killed.err());
  }
}
