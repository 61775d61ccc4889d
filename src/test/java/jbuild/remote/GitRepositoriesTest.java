package jbuild.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import jbuild.graph.GitUrl;
import jbuild.store.DataRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GitRepositoriesTest {
  @TempDir Path directory;
  private GitServer server;
  private GitRepositories repositories;
  private Path origin;
  private int checkouts;

  @BeforeEach
  void start() throws IOException {
    server = new GitServer(directory.resolve("served"));
    origin = server.create("origin");
    DataRoot root = new DataRoot(directory.resolve("root")).create();
    Map<String, String> environment = Map.of("PATH", System.getenv("PATH"));
    repositories =
        new GitRepositories(root, new GitProgram(environment, Duration.ofSeconds(60), root));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private String commit(String file, String content) throws IOException {
    Path path = origin.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
    return server.commit(origin, "change " + file);
  }

  private GitUrl url(String rest) throws Exception {
    return GitUrl.parse(server.url("origin") + rest);
  }

  private Path checkOut(GitUrl url) throws IOException {
    Path target = directory.resolve("checkout" + checkouts++);
    repositories.checkOut(url, repositories.resolve(url), target);
    return target;
  }

  private void assertRefused(String message, GitUrl url) {
    RemoteException error = assertThrows(RemoteException.class, () -> checkOut(url));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void without_a_ref_the_head_is_meant() throws Exception {
    String id = commit("a", "1");
    GitUrl url = url("");
    assertEquals(new GitCommit(id, id, "refs/heads/main"), repositories.resolve(url));
    assertEquals("1", Files.readString(checkOut(url).resolve("a")));
  }

  @Test
  void a_branch_goes_before_a_tag_and_a_whole_name_means_itself() throws Exception {
    String first = commit("a", "1");
    server.git(origin, "tag", "both");
    String second = commit("a", "2");
    server.git(origin, "branch", "both");
    assertEquals(second, repositories.resolve(url("#both")).commit());
    assertEquals(first, repositories.resolve(url("?tag=both")).commit());
    assertEquals(first, repositories.resolve(url("#refs/tags/both")).commit());
    assertEquals(second, repositories.resolve(url("?branch=both")).commit());
  }

  @Test
  void an_annotated_tag_means_its_commit() throws Exception {
    String id = commit("a", "1");
    server.git(origin, "tag", "-a", "v1", "-m", "one");
    String object = server.git(origin, "rev-parse", "v1").strip();
    GitUrl url = url("#v1");
    assertEquals(new GitCommit(id, object, "refs/tags/v1"), repositories.resolve(url));
    Path tree = checkOut(url);
    assertEquals("1", Files.readString(tree.resolve("a")));
    assertEquals(object, server.git(tree, "rev-parse", "v1").strip());
  }

  @Test
  void a_commit_by_its_id_is_asked_of_nobody_once_it_is_there() throws Exception {
    String first = commit("a", "1");
    commit("a", "2");
    GitUrl url = url("#" + first);
    assertEquals("1", Files.readString(checkOut(url).resolve("a")));
    server.requests();
    assertEquals("1", Files.readString(checkOut(url).resolve("a")));
    assertEquals(0, server.requests());
  }

  @Test
  void a_branch_that_moved_gives_what_it_means_now() throws Exception {
    commit("a", "1");
    assertEquals("1", Files.readString(checkOut(url("#main")).resolve("a")));
    commit("a", "2");
    assertEquals("2", Files.readString(checkOut(url("#main")).resolve("a")));
  }

  @Test
  void a_branch_that_was_rewritten_is_followed() throws Exception {
    commit("a", "1");
    checkOut(url("#main"));
    server.git(origin, "checkout", "--quiet", "--orphan", "other");
    commit("a", "3");
    server.git(origin, "branch", "--force", "main");
    assertEquals("3", Files.readString(checkOut(url("#main")).resolve("a")));
  }

  @Test
  void another_commit_than_the_expected_one_is_an_error() throws Exception {
    String first = commit("a", "1");
    String second = commit("a", "2");
    assertEquals(
        second, repositories.resolve(url("?commit=" + second.substring(0, 8) + "#main")).commit());
    assertRefused("main is " + second + ", and not " + first, url("?commit=" + first + "#main"));
    assertEquals(first, repositories.resolve(url("?commit=" + first)).commit());
  }

  @Test
  void what_is_not_there_is_told() throws Exception {
    assertRefused("it has no HEAD", url(""));
    commit("a", "1");
    assertRefused("there is no branch or tag nothing", url("#nothing"));
    String unknown = "0123456789012345678901234567890123456789";
    assertRefused("fetch " + server.url("origin") + ": ", url("#" + unknown));
    assertRefused("fetch ", GitUrl.parse(server.url("no-repository")));
  }

  @Test
  void submodules_come_with_it_unless_they_are_not_wanted() throws Exception {
    Path library = server.create("library");
    Files.writeString(library.resolve("l"), "lib");
    server.commit(library, "library");
    commit("a", "1");
    server.git(origin, "submodule", "--quiet", "add", server.url("library"), "lib");
    // Relative URLs start at the repository's own.
    server.git(origin, "config", "-f", ".gitmodules", "submodule.lib.url", "../library.git");
    server.commit(origin, "with a library");
    assertEquals("lib", Files.readString(checkOut(url("")).resolve("lib/l")));
    assertFalse(Files.exists(checkOut(url("?submodules=false")).resolve("lib/l")));
  }

  @Test
  void a_submodule_cannot_read_this_machines_repositories() throws Exception {
    Path secret = server.create("secret");
    Files.writeString(secret.resolve("s"), "secret");
    server.commit(secret, "secret");
    commit("a", "1");
    server.git(origin, "submodule", "--quiet", "add", "file://" + secret, "s");
    server.commit(origin, "with a secret");
    assertRefused("its submodules: ", url(""));
  }

  @Test
  void configuration_of_the_user_and_templates_of_hooks_are_not_read() throws Exception {
    commit("a", "1");
    Path home = Files.createDirectory(directory.resolve("home"));
    Files.writeString(
        home.resolve(".gitconfig"),
        "[url \"file:///nowhere/\"]\n  insteadOf = " + server.url("origin") + "\n");
    DataRoot root = new DataRoot(directory.resolve("other")).create();
    Map<String, String> environment =
        Map.of("PATH", System.getenv("PATH"), "HOME", home.toString());
    repositories =
        new GitRepositories(root, new GitProgram(environment, Duration.ofSeconds(60), root));
    Path tree = checkOut(url(""));
    assertEquals("1", Files.readString(tree.resolve("a")));
    assertFalse(Files.exists(tree.resolve(".git/hooks")));
  }

  @Test
  void a_login_reaches_the_server_but_no_list_of_processes_no_configuration_and_no_message()
      throws Exception {
    commit("a", "1");
    server.demand("user:pass-word");
    String plain = server.url("origin");
    Path tree = checkOut(GitUrl.parse(plain.replace("://", "://user:pass-word@")));
    assertEquals("1", Files.readString(tree.resolve("a")));
    assertTrue(Files.readString(tree.resolve(".git/config")).contains("url = " + plain));
    assertTrue(server.commandLines().stream().anyMatch(line -> line.contains(plain)));
    assertFalse(server.commandLines().stream().anyMatch(line -> line.contains("pass-word")));
    RemoteException refused =
        assertThrows(
            RemoteException.class,
            () -> checkOut(GitUrl.parse(plain.replace("://", "://user:wrong@"))));
    assertFalse(refused.getMessage().contains("wrong"), refused.getMessage());
  }

  @Test
  void a_plain_web_server_gives_everything() throws Exception {
    String first = commit("a", "1");
    commit("a", "2");
    Path git = origin.resolve(".git");
    server.git(origin, "update-server-info");
    try (FileServer plain = new FileServer();
        Stream<Path> files = Files.walk(git)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        plain.put("/plain.git/" + git.relativize(file), Files.readAllBytes(file));
      }
      String url = plain.url("/plain.git");
      assertEquals("2", Files.readString(checkOut(GitUrl.parse(url)).resolve("a")));
      assertEquals("1", Files.readString(checkOut(GitUrl.parse(url + "#" + first)).resolve("a")));
    }
  }
}
