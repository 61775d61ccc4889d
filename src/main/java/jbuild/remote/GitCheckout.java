package jbuild.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.graph.GitUrl;

/** One commit's files, with those of its submodules, as a directory. */
final class GitCheckout {
  private final GitProgram git;
  private final GitUrl url;
  private final GitCommit commit;
  private final Path repository;
  private final Path target;

  GitCheckout(GitProgram git, GitUrl url, GitCommit commit, Path repository, Path target) {
    this.git = git;
    this.url = url;
    this.commit = commit;
    this.repository = repository;
    this.target = target;
  }

  /**
   * Makes it, with {@code .git} directories and files.
   *
   * @return when the commit was made, in seconds since 1970
   */
  long make() throws IOException {
    Files.createDirectory(target);
    local(
        "init",
        "--quiet",
        "--template=",
        "--object-format=" + (commit.commit().length() == 64 ? "sha256" : "sha1"));
    String ref = commit.ref();
    local(
        "fetch",
        "--quiet",
        "--update-head-ok",
        "--depth=1",
        "--no-tags",
        "--",
        "file://" + repository,
        ref == null ? commit.commit() : commit.object() + ":" + ref);
    // Where submodules with relative URLs start.
    local("remote", "add", "origin", url.address());
    local("checkout", "--quiet", "--force", "--detach", commit.commit());
    if (url.submodules() && Files.exists(target.resolve(".gitmodules"))) {
      submodules();
    }
    long time = time();
    Files.deleteIfExists(target.resolve(".git").resolve("FETCH_HEAD"));
    return time;
  }

  private void submodules() throws IOException {
    GitProgram.Result result =
        git.run(
            target,
            url,
            List.of("submodule", "--quiet", "update", "--init", "--recursive", "--depth=1"));
    if (!result.succeeded()) {
      result =
          git.run(target, url, List.of("submodule", "--quiet", "update", "--init", "--recursive"));
    }
    if (!result.succeeded()) {
      throw GitRepositories.failure(url, "its submodules: " + result.reason());
    }
  }

  private long time() throws IOException {
    String text = local("log", "-1", "--format=%ct", commit.commit()).strip();
    try {
      return Math.max(Long.parseLong(text), 0);
    } catch (NumberFormatException e) {
      throw GitRepositories.failure(url, "commit " + commit.commit() + " has no time: " + text);
    }
  }

  private String local(String... command) throws IOException {
    GitProgram.Result result = git.runLocally(target, List.of(command));
    if (!result.succeeded()) {
      throw GitRepositories.failure(url, result.reason());
    }
    return result.out();
  }
}
