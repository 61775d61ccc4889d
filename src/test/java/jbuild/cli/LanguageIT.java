package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jbuild.cli.Session.Result;
import jbuild.oci.Platform;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The language's own doings, seen from the images that come out. */
class LanguageIT {
  @TempDir static Path temporary;
  private static Session session;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
  }

  private static void assertContains(String part, String whole) {
    assertTrue(whole.contains(part), () -> "no <" + part + "> in: " + whole);
  }

  private static String inspect(String image) {
    return session.jbuild("inspect", image).succeeds().out();
  }

  @Test
  void trap_45_triggers_of_an_image_run_once_in_its_child() throws IOException {
    session.file("data", "of the child");
    session
        .build(
            "parent",
            "FROM box",
            "ONBUILD ARG WHAT=none",
            "ONBUILD COPY data /data",
            "ONBUILD RUN test -s /data && echo $WHAT > /what",
            "RUN touch /parent")
        .succeeds();
    assertContains("\"OnBuild\":[\"ARG WHAT=none\"", inspect("parent"));
    Result child = session.build("child", "FROM parent", "RUN test -s /what").succeeds();
    assertContains("RUN test -s /data", child.err());
    assertFalse(inspect("child").contains("OnBuild"), inspect("child"));
    Result again = session.build("child", "FROM parent", "RUN test -s /what").succeeds();
    assertContains("cached", again.err());
    String grandchild = session.build("grand", "FROM child", "RUN touch /x").succeeds().err();
    assertFalse(grandchild.contains("/data"), grandchild);
  }

  @Test
  void a_trigger_that_fails_points_at_the_from_and_is_quoted() throws IOException {
    session.build("bad", "FROM box", "ONBUILD RUN exit 3", "ONBUILD COPY none /").succeeds();
    Result failed = session.build("x", "FROM box AS other", "FROM bad");
    assertContains("Buildfile:2:6: ONBUILD RUN exit 3: ", failed.err());
    assertContains("   2 | FROM bad", failed.err());
  }

  @Test
  void images_that_copies_and_mounts_name_are_looked_for_before_the_first_step()
      throws IOException {
    for (String line :
        new String[] {
          "COPY --from=gone /x /", "RUN --mount=from=gone,target=/m true",
        }) {
      Result failed = session.build("x", "FROM box", "RUN echo was-here", line);
      assertContains("Buildfile:3:1: ", failed.err());
      assertContains("--from=gone: neither a stage nor an image of that name", failed.err());
      assertFalse(failed.err().contains("was-here\n"), failed.err());
    }
  }

  @Test
  void unset_takes_away_what_the_base_has_set() throws IOException {
    session
        .build(
            "full",
            "FROM box",
            "ENV A=1 B=2",
            "LABEL a=1 b=2",
            "VOLUME /a /b",
            "EXPOSE 1 2-4",
            "RUN true")
        .succeeds();
    Result built =
        session
            .build(
                "less",
                "FROM full",
                "UNSET ENV A",
                "UNSET LABEL a aa",
                "UNSET VOLUME /a",
                "UNSET EXPOSE 2-4",
                "RUN test -z \"$A\" && test $B = 2")
            .succeeds();
    assertContains("Buildfile:3:15: UNSET LABEL of what is not set: aa", built.err());
    String image = inspect("less");
    assertFalse(image.contains("\"A=1\""), image);
    assertContains("\"B=2\"", image);
    assertContains("\"Labels\":{\"b\":\"2\"}", image);
    assertContains("\"Volumes\":{\"/b\":{}}", image);
    assertContains("\"ExposedPorts\":{\"1/tcp\":{}}", image);
  }

  @Test
  void included_files_are_found_beside_the_file_that_names_them() throws IOException {
    session.file("parts/one", "INCLUDE two", "LABEL one=1");
    session.file("parts/two", "LABEL two=2");
    session.build("inc", "FROM scratch", "INCLUDE parts/one").succeeds();
    assertContains("\"Labels\":{\"one\":\"1\",\"two\":\"2\"}", inspect("inc"));
    session.file("parts/two", "RUN --wrong x");
    String two = session.context().toRealPath().resolve("parts/two").toString();
    Result failed = session.build("x", "FROM scratch", "INCLUDE parts/one");
    assertContains(two + ":1:5: RUN has no flag --wrong", failed.err());
  }

  @Test
  void included_files_outside_are_refused_by_name_and_by_link() throws IOException {
    Path outside = Files.writeString(temporary.resolve("outside"), "LABEL secret=1\n");
    Files.createSymbolicLink(session.context().resolve("link"), outside);
    for (String name : new String[] {"../outside", outside.toString(), "link"}) {
      Result failed = session.build("x", "FROM scratch", "INCLUDE " + name);
      assertEquals(1, failed.code());
      assertContains("it lies outside the context", failed.err());
    }
    Result missing = session.build("x", "FROM scratch", "INCLUDE none");
    assertContains("Buildfile:2:9: INCLUDE none: no such file", missing.err());
  }

  @Test
  void a_strict_shell_stops_where_a_lax_one_goes_on() throws IOException {
    String[] script = {"FROM box", "RUN <<EOF", "false", "touch /reached", "EOF"};
    session.build("lax", script).succeeds();
    String[] strict = new String[script.length + 1];
    strict[0] = "# jbuild: strict-shell";
    System.arraycopy(script, 0, strict, 1, script.length);
    assertEquals(1, session.build("strict", strict).code());
    session.build("lax", "FROM box", "RUN test -z x | cat").succeeds();
    Result pipe = session.build("p", strict[0], "FROM box", "RUN test -z x | cat");
    assertEquals(1, pipe.code(), "busybox has pipefail");
    session.build("p", strict[0], "FROM box", "RUN test -z '' | cat && touch /made").succeeds();
    assertContains(
        "/bin/sh -ec (set -o pipefail) 2>/dev/null && set -o pipefail; test",
        session.jbuild("history", "--format", "json", "p").out());
  }

  @Test
  void labels_and_annotations_of_the_command_line_win() throws IOException {
    session.file("Buildfile", "FROM scratch", "LABEL a=file b=file");
    session
        .jbuild(
            "-t",
            "labelled",
            "--label",
            "a=command",
            "--label",
            "c",
            "--annotation",
            "org.example.a=1",
            "--annotation",
            "manifest-descriptor,manifest[" + ImageOptions.host() + "]:org.example.b=2",
            session.context().toString())
        .succeeds();
    assertContains("\"Labels\":{\"a\":\"command\",\"b\":\"file\",\"c\":\"\"}", inspect("labelled"));
    String index = Files.readString(session.root().resolve("index.json"));
    assertContains(
        "\"annotations\":{\"org.example.b\":\"2\","
            + "\"org.opencontainers.image.ref.name\":\"labelled:latest\"}",
        index.replaceAll("\\s", ""));
    String digest = index.substring(0, index.indexOf("labelled:latest"));
    digest = digest.substring(digest.lastIndexOf("sha256:") + 7).substring(0, 64);
    assertContains(
        "\"annotations\":{\"org.example.a\":\"1\",\"org.example.b\":\"2\"}",
        Files.readString(session.root().resolve("blobs/sha256").resolve(digest))
            .replaceAll("\\s", ""));
  }

  @Test
  void arguments_come_from_files_behind_those_of_the_command_line() throws IOException {
    Path args = Files.writeString(temporary.resolve("args"), "# comment\n\nA=file\n B=x y=z \nE\n");
    session.set("E", "environment");
    session.file("Buildfile", "FROM scratch", "ARG A", "ARG B", "ARG E", "LABEL l=\"$A|$B|$E\"");
    String context = session.context().toString();
    session
        .jbuild("-t", "a", "--build-arg-file", args.toString(), "--build-arg", "A=cli", context)
        .succeeds();
    assertContains("\"l\":\"cli|x y=z |environment\"", inspect("a"));
    Files.writeString(args, "A=1\n=x\n");
    Result wrong = session.jbuild("--build-arg-file", args.toString(), context);
    assertEquals(2, wrong.code());
    assertContains(args + ":2: =x: not of the form NAME=VALUE", wrong.err());
    Files.write(args, new byte[] {'A', '=', (byte) 0xff});
    Result binary = session.jbuild("--build-arg-file", args.toString(), context);
    assertEquals(2, binary.code());
    assertContains("--build-arg-file " + args + ": it is not UTF-8", binary.err());
  }

  @Test
  void arguments_can_come_through_a_pipe() throws Exception {
    Path pipe = temporary.resolve("pipe");
    Jbuild.tool("mkfifo", pipe.toString()).succeeded();
    session.file("Buildfile", "FROM scratch", "ARG A", "LABEL l=$A");
    Jbuild.tool("sh", "-c", "(timeout 60 sh -c 'echo A=piped > " + pipe + "' &) > /dev/null 2>&1")
        .succeeded();
    String context = session.context().toString();
    session.jbuild("-t", "a", "--build-arg-file", pipe.toString(), context).succeeds();
    assertContains("\"l\":\"piped\"", inspect("a"));
  }

  @Test
  void a_newer_variant_of_the_cpu_can_be_built_for_on_an_older_base() throws IOException {
    session.file("Buildfile", "FROM scratch", "LABEL a=b");
    String context = session.context().toString();
    session.jbuild("-t", "old", "--platform=linux/amd64", context).succeeds();
    session.jbuild("-t", "new", "--platform=linux/amd64/v3", context).succeeds();
    session.file("Buildfile", "FROM old");
    session.jbuild("build", "--platform=linux/amd64/v2", context).succeeds();
    session.file("Buildfile", "FROM new");
    Result tooNew = session.jbuild("build", "--platform=linux/amd64/v2", context);
    assertContains("base is for linux/amd64/v3, not for linux/amd64/v2: new", tooNew.err());
  }

  @Test
  void local_is_the_platform_of_this_machine() throws IOException {
    session.file("Buildfile", "FROM box");
    session.jbuild("-t", "here", "--platform=local", session.context().toString()).succeeds();
    assertContains(
        "\"architecture\":\"" + ImageOptions.host().architecture() + "\"", inspect("here"));
  }

  @Test
  void another_platform_is_built_for_and_its_runs_are_refused_first() throws IOException {
    session.file(
        "Buildfile",
        "FROM --platform=$BUILDPLATFORM box AS tools",
        "ARG TARGETPLATFORM TARGETARCH BUILDPLATFORM",
        "RUN echo $TARGETPLATFORM $TARGETARCH $BUILDPLATFORM > /said",
        "FROM scratch",
        "COPY --from=tools /said /");
    String context = session.context().toString();
    session.jbuild("-t", "far", "--platform", "linux/s390x", context).succeeds();
    assertContains("\"architecture\":\"s390x\"", inspect("far"));
    Path files = temporary.resolve("far");
    session.jbuild("rootfs", "far", files.toString()).succeeds();
    assertEquals(
        "linux/s390x s390x " + ImageOptions.host() + "\n", Files.readString(files.resolve("said")));
    Result mismatch = session.build("x", "FROM --platform=linux/s390x box", "RUN true");
    assertContains(
        "Buildfile:1:29: base is for " + ImageOptions.host() + ", not for linux/s390x: box",
        mismatch.err());
    session.build("x", "FROM far", "LABEL a=b").succeeds();
    session.file("Buildfile", "FROM box AS one", "RUN true", "FROM far", "RUN [\"/said\"]");
    if (!Files.exists(Path.of("/proc/sys/fs/binfmt_misc/qemu-s390x"))) {
      Result refused = session.jbuild("build", context);
      assertEquals(1, refused.code());
      assertContains(
          "Buildfile:4:1: RUN for linux/s390x cannot be executed on this machine (binfmt_misc has"
              + " no interpreter for it: install qemu-user-static",
          refused.err());
      assertFalse(refused.err().contains("RUN true"), "nothing was executed");
    }
  }

  @Test
  void what_cannot_be_meant_on_the_command_line_is_told() throws IOException {
    session.file("Buildfile", "FROM box");
    String context = session.context().toString();
    String[][] wrong = {
      {"--platform", "linux/amd64,linux/arm64", "one platform a build"},
      {"--platform", "linux//x", "invalid platform: linux//x"},
      {"--label", "=x", "not of the form NAME=VALUE"},
      {"--annotation", "index:a=b", "an image for one platform has no index"},
      {"--annotation", "manifest[linux/vax]:a=b", "not for linux/vax"},
      {"--build-arg-file", "none", "no such file"},
    };
    for (String[] line : wrong) {
      Result refused = session.jbuild(line[0], line[1], context);
      assertEquals(2, refused.code(), refused.err());
      assertContains(line[0] + " " + line[1] + ": ", refused.err());
      assertContains(line[2], refused.err());
    }
    Result policy = session.jbuild("--pull=allways", context);
    assertContains("--pull allways: no such policy (did you mean always?)", policy.err());
    Result pull = session.jbuild("--pull", context);
    assertContains("Buildfile:1:6: --pull=always of box: jbuild cannot fetch", pull.err());
    session.jbuild("--pull=never", context).succeeds();
    assertEquals(Platform.host().architecture(), ImageOptions.host().architecture());
  }
}
