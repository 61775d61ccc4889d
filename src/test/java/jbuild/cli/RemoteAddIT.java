package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.cli.Session.Result;
import jbuild.oci.Digest;
import jbuild.remote.FileServer;
import jbuild.remote.GitServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ADD of URLs and of git repositories by the command line. */
@Timeout(120)
class RemoteAddIT {
  private static final String MONDAY = "Mon, 06 Nov 2023 08:49:37 GMT";
  private static final long MONDAY_SECONDS = 1_699_260_577;
  private static final long COMMIT_SECONDS = 1_700_000_000;

  @TempDir Path temporary;
  private Session session;
  private FileServer server;

  @BeforeEach
  void start() throws IOException {
    session = new Session(temporary);
    server = new FileServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ImageFiles build(String... lines) throws IOException {
    String[] all = new String[lines.length + 1];
    all[0] = "FROM scratch";
    System.arraycopy(lines, 0, all, 1, lines.length);
    session.build("x", all).succeeds();
    return ImageFiles.of(session, "x");
  }

  private String fails(String... lines) throws IOException {
    String[] all = new String[lines.length + 1];
    all[0] = "FROM scratch";
    System.arraycopy(lines, 0, all, 1, lines.length);
    Result result = session.build("x", all);
    assertEquals(1, result.code(), result.err());
    return result.err();
  }

  private static void assertContains(String part, String whole) {
    assertTrue(whole.contains(part), () -> "no <" + part + "> in: " + whole);
  }

  @Test
  void a_fetched_file_is_root_s_mode_0600_and_as_old_as_the_server_says() throws IOException {
    server.put("/d/file.txt", "text".getBytes(UTF_8), null, MONDAY);
    server.put("/plain", "plain".getBytes(UTF_8));
    ImageFiles files =
        build(
            "ADD " + server.url("/d/file.txt?v=1") + " /in/",
            "ADD " + server.url("/plain") + " /p");
    assertEquals("600 0:0 " + MONDAY_SECONDS, files.line("/in/file.txt"));
    assertEquals("text", files.content("/in/file.txt"));
    assertEquals("600 0:0 0", files.line("/p"));
  }

  @Test
  void chown_and_chmod_apply_to_what_was_fetched() throws IOException {
    server.put("/file", "text".getBytes(UTF_8));
    ImageFiles files = build("ADD --chown=5:6 --chmod=755 " + server.url("/file") + " /");
    assertEquals("755 5:6 0", files.line("/file"));
  }

  @Test
  void urls_and_paths_may_be_mixed_and_the_later_one_wins() throws IOException {
    server.put("/a", "fetched".getBytes(UTF_8));
    session.file("a", "local");
    session.file("b", "b");
    ImageFiles files =
        build(
            "ADD a b " + server.url("/a") + " /one/",
            "ADD " + server.url("/a") + " a b /two/",
            "ADD <<c " + server.url("/a") + " /three/",
            "here",
            "c");
    assertEquals("fetched", files.content("/one/a"));
    assertEquals("local\n", files.content("/two/a"));
    assertEquals("b\n", files.content("/two/b"));
    assertEquals("here\n", files.content("/three/c"));
  }

  @Test
  void a_step_is_cached_by_the_content_and_asks_whether_it_changed() throws IOException {
    server.put("/a", "one".getBytes(UTF_8), "\"1\"", null);
    String add = "ADD " + server.url("/a") + " /";
    build(add);
    Result again = session.build("x", "FROM scratch", add).succeeds();
    assertContains("cached", again.err().lines().skip(1).findFirst().orElse(""));
    assertEquals(List.of("/a 200", "/a 304"), server.requests());
    server.put("/a", "two".getBytes(UTF_8), "\"2\"", null);
    assertEquals("two", build(add).content("/a"));
  }

  @Test
  void with_a_checksum_the_network_is_asked_once() throws IOException {
    byte[] content = "text".getBytes(UTF_8);
    server.put("/a", content);
    String add = "ADD --checksum=" + Digest.of(content) + " " + server.url("/a");
    build(add + " /");
    build(add + " /elsewhere/");
    assertEquals(List.of("/a 200"), server.requests());
  }

  @Test
  void a_wrong_checksum_fails_the_step_with_its_place() throws IOException {
    server.put("/a", "text".getBytes(UTF_8));
    Digest wrong = Digest.of(new byte[0]);
    String error = fails("ADD --checksum=" + wrong + " " + server.url("/a") + " /");
    assertContains("Buildfile:2:1: ADD: fetch " + server.url("/a"), error);
    assertContains(", and not " + wrong + " as --checksum says", error);
  }

  @Test
  void a_missing_file_fails_the_step_with_its_place() throws IOException {
    String error = fails("ADD " + server.url("/nothing") + " /");
    assertContains(
        "Buildfile:2:1: ADD: fetch " + server.url("/nothing") + ": the server answered 404", error);
  }

  @Test
  void a_file_above_the_limit_is_refused() throws IOException {
    server.put("/a", new byte[5000]);
    session.set("JBUILD_FETCH_LIMIT", "4k");
    assertContains("it is larger than 4096 bytes", fails("ADD " + server.url("/a") + " /"));
  }

  @Test
  void flags_that_cannot_be_are_told_before_anything_is_fetched() throws IOException {
    String url = server.url("/a");
    String sum = "--checksum=" + Digest.of(new byte[0]);
    assertContains("not a checksum", fails("ADD --checksum=md5:1 " + url + " /"));
    assertContains("--checksum is of one source", fails("ADD " + sum + " " + url + " b /"));
    assertContains("is of what is fetched", fails("ADD " + sum + " b /"));
    assertContains("ADD is the instruction for URLs", fails("COPY " + url + " /"));
    assertEquals(List.of(), server.requests());
  }

  @Test
  void a_fetched_archive_is_unpacked_only_when_it_is_said() throws Exception {
    Path tree = Files.createDirectories(temporary.resolve("tree/d"));
    Files.writeString(tree.resolve("f"), "inside");
    Path tar = temporary.resolve("a.tar.gz");
    Jbuild.tool("tar", "-czf", tar.toString(), "-C", tree.getParent().toString(), "d").succeeded();
    server.put("/a.tar.gz", Files.readAllBytes(tar));
    String url = server.url("/a.tar.gz");
    ImageFiles files = build("ADD " + url + " /plain/", "ADD --unpack " + url + " /unpacked/");
    assertEquals(
        List.of("/plain", "/plain/a.tar.gz", "/unpacked", "/unpacked/d", "/unpacked/d/f"),
        files.paths());
    assertEquals("inside", files.content("/unpacked/d/f"));
  }

  @Test
  void a_repository_is_added_without_its_git_directory() throws IOException {
    try (GitServer git = new GitServer(temporary.resolve("served"))) {
      Path origin = git.create("origin");
      Files.createDirectories(origin.resolve("sub/deep"));
      Files.writeString(origin.resolve("sub/deep/f"), "content");
      Files.writeString(origin.resolve("run"), "#!/bin/sh\n");
      assertTrue(origin.resolve("run").toFile().setExecutable(true));
      Files.createSymbolicLink(origin.resolve("link"), Path.of("run"));
      String id = git.commit(origin, "one");
      ImageFiles files = build("ADD " + git.url("origin") + " /src");
      assertEquals(
          List.of("/src", "/src/link", "/src/run", "/src/sub", "/src/sub/deep", "/src/sub/deep/f"),
          files.paths());
      assertEquals("644 0:0 " + COMMIT_SECONDS, files.line("/src/sub/deep/f"));
      assertEquals("755 0:0 " + COMMIT_SECONDS, files.line("/src/run"));
      assertEquals("755 0:0 " + COMMIT_SECONDS, files.line("/src/sub"));

      files = build("ADD --chown=7 --checksum=" + id + " " + git.url("origin") + "#main:sub /src");
      assertEquals(List.of("/src", "/src/deep", "/src/deep/f"), files.paths());
      assertEquals("644 7:7 " + COMMIT_SECONDS, files.line("/src/deep/f"));

      assertContains(
          "has no directory nowhere", fails("ADD " + git.url("origin") + "#main:nowhere /src"));
      assertContains(
          "has no directory link", fails("ADD " + git.url("origin") + "#main:link /src"));
      assertContains(
          ", and not abcdef12", fails("ADD --checksum=abcdef12 " + git.url("origin") + " /src"));
    }
  }

  @Test
  void a_repository_keeps_its_git_directory_when_it_is_said() throws Exception {
    try (GitServer git = new GitServer(temporary.resolve("served"))) {
      Path origin = git.create("origin");
      Files.writeString(origin.resolve("f"), "content");
      String id = git.commit(origin, "one");
      ImageFiles files = build("ADD --keep-git-dir " + git.url("origin") + " /src");
      assertEquals(id + "\n", files.content("/src/.git/HEAD"));
      assertContains(git.url("origin"), files.content("/src/.git/config"));
      assertEquals("content", files.content("/src/f"));
      assertContains(
          "--keep-git-dir says one thing",
          fails("ADD --keep-git-dir " + git.url("origin") + "?keep-git-dir=false /src"));
    }
  }

  @Test
  void a_commit_that_is_there_needs_no_server() throws Exception {
    String id;
    String url;
    try (GitServer git = new GitServer(temporary.resolve("served"))) {
      Path origin = git.create("origin");
      Files.writeString(origin.resolve("f"), "content");
      id = git.commit(origin, "one");
      url = git.url("origin");
      build("ADD " + url + "#" + id + " /a");
    }
    assertEquals("content", build("ADD " + url + "#" + id + " /b").content("/b/f"));
  }
}
