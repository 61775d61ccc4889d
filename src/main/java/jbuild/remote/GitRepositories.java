package jbuild.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.graph.GitUrl;
import jbuild.graph.RemoteSource;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import jbuild.store.KeyLocks;
import org.jspecify.annotations.Nullable;

/**
 * Repositories of others, as far as they were needed: bare ones in {@code cache/git/}, by the
 * digest of the URL. A commit that was fetched once is not fetched again.
 */
public final class GitRepositories {
  private final DataRoot root;
  private final GitProgram git;

  GitRepositories(DataRoot root, GitProgram git) {
    this.root = root;
    this.git = git;
  }

  /**
   * Asks the server what {@code url} means now; nobody, when it has the whole id of a commit.
   *
   * @throws RemoteException when there is no such ref, or it is not the commit that it must be
   */
  public GitCommit resolve(GitUrl url) throws IOException {
    String ref = url.ref();
    String wanted = url.commit();
    GitCommit found;
    if (ref != null && GitUrl.isWholeId(ref)) {
      found = new GitCommit(ref, ref, null);
    } else if (ref == null && wanted != null && GitUrl.isWholeId(wanted)) {
      found = new GitCommit(wanted, wanted, null);
    } else {
      found = ask(url, ref);
    }
    if (wanted != null
        && !found.commit().startsWith(wanted)
        && !found.object().startsWith(wanted)) {
      throw failure(
          url, (ref == null ? "HEAD" : ref) + " is " + found.commit() + ", and not " + wanted);
    }
    return found;
  }

  private GitCommit ask(GitUrl url, @Nullable String ref) throws IOException {
    List<String> command = new ArrayList<>(List.of("ls-remote", "--symref", "--", url.address()));
    if (ref == null) {
      command.add("HEAD");
    } else {
      command.add(ref);
      command.add(ref + "^{}");
    }
    GitProgram.Result listed = git.run(root.tmp(), url, command);
    if (!listed.succeeded()) {
      throw failure(url, listed.reason());
    }
    GitCommit found = GitRefs.parse(listed.out()).find(ref);
    if (found == null) {
      throw failure(
          url, ref == null ? "it has no HEAD (is it empty?)" : "there is no branch or tag " + ref);
    }
    if (!GitUrl.isWholeId(found.commit()) || !GitUrl.isWholeId(found.object())) {
      throw failure(url, "the server names no commit: " + found.commit());
    }
    return found;
  }

  /**
   * Puts the files of {@code commit} into the new directory {@code target}, which then is a
   * repository.
   *
   * @return when the commit was made, in seconds since 1970
   */
  @SuppressWarnings("try") // a lock is held, not looked at
  public long checkOut(GitUrl url, GitCommit commit, Path target) throws IOException {
    Digest key = Digest.of(url.remote().getBytes(StandardCharsets.UTF_8));
    Path repository = root.gitRepositories().resolve(key.hex());
    try (KeyLocks.KeyLock lock = root.keyLocks("git").acquire(key, () -> {})) {
      root.keep(repository);
      open(url, commit, repository);
      fetch(url, commit, repository);
      return new GitCheckout(git, url, commit, repository, target).make();
    }
  }

  private void open(GitUrl url, GitCommit commit, Path repository) throws IOException {
    if (Files.exists(repository.resolve("HEAD"))) {
      return;
    }
    List<String> init = new ArrayList<>(List.of("init", "--quiet", "--bare", "--template="));
    init.add("--object-format=" + (commit.commit().length() == 64 ? "sha256" : "sha1"));
    init.add(repository.toString());
    local(url, root.tmp(), init);
    // Commits are taken from here by their ids: git-config(1), uploadpack.allowAnySHA1InWant.
    local(
        url,
        root.tmp(),
        List.of("--git-dir=" + repository, "config", "uploadpack.allowAnySHA1InWant", "true"));
  }

  private void fetch(GitUrl url, GitCommit commit, Path repository) throws IOException {
    if (has(commit, repository)) {
      return;
    }
    Files.deleteIfExists(repository.resolve("shallow.lock")); // of a command that was killed
    String what = commit.ref() == null ? commit.commit() : commit.ref();
    GitProgram.Result shallow =
        remote(repository, List.of("fetch", "--quiet", "--depth=1", "--no-tags"), url, what);
    if (shallow.succeeded() && has(commit, repository)) {
      return;
    }
    // Some servers give no single commits, and plain web servers nothing but everything.
    GitProgram.Result whole =
        remote(
            repository,
            List.of("fetch", "--quiet", "--force", "--no-tags"),
            url,
            "refs/heads/*:refs/jbuild/heads/*",
            "refs/tags/*:refs/jbuild/tags/*");
    if (!whole.succeeded()) {
      throw failure(url, shallow.succeeded() ? whole.reason() : shallow.reason());
    }
    if (!has(commit, repository)) {
      throw failure(url, "the server does not give commit " + commit.commit());
    }
  }

  private boolean has(GitCommit commit, Path repository) throws IOException {
    for (String object : List.of(commit.object() + "^{commit}", commit.commit() + "^{tree}")) {
      List<String> command = List.of("--git-dir=" + repository, "cat-file", "-e", object);
      if (!git.runLocally(root.tmp(), command).succeeded()) {
        return false;
      }
    }
    return true;
  }

  private GitProgram.Result remote(
      Path repository, List<String> command, GitUrl url, String... what) throws IOException {
    List<String> all = new ArrayList<>();
    all.add("--git-dir=" + repository);
    all.addAll(command);
    all.add("--");
    all.add(url.address());
    all.addAll(List.of(what));
    return git.run(root.tmp(), url, all);
  }

  private void local(GitUrl url, Path directory, List<String> command) throws IOException {
    GitProgram.Result result = git.runLocally(directory, command);
    if (!result.succeeded()) {
      throw failure(url, result.reason());
    }
  }

  static RemoteException failure(GitUrl url, String why) {
    return new RemoteException("fetch " + RemoteSource.hideUser(url.remote()) + ": " + why);
  }
}
