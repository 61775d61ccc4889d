package jbuild.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;
import jbuild.graph.GitUrl;
import jbuild.graph.RemoteSource;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.HostTree;
import jbuild.layer.Inode;
import jbuild.layer.Layer;
import jbuild.layer.LayerTree;
import jbuild.layer.LayerWriter;
import jbuild.remote.GitCommit;
import jbuild.step.CacheKey;
import jbuild.step.StoredLayer;
import jbuild.store.KeyLocks;
import jbuild.store.WorkDirs;

/**
 * The files of commits, each kept as a layer: a commit never changes, so nothing is checked out
 * twice. Files are root's, 0644 or 0755 as git knows no more of their modes, and as old as the
 * commit, so that the same commit gives the same layer everywhere.
 */
final class GitTrees {
  private static final ByteString GIT = ByteString.of(".git");
  private static final int OWNER_BITS = 0700;

  private final BuildTools tools;
  private final BuildCache cache;

  GitTrees(BuildTools tools, BuildCache cache) {
    this.tools = tools;
    this.cache = cache;
  }

  /** Asks the server what the URL means, and gets what is not there yet. */
  @SuppressWarnings("try") // a lock is held, not looked at
  StoredLayer get(RemoteSource.Git source) throws IOException {
    GitUrl url = source.url();
    GitCommit commit = tools.remotes().get().git().resolve(url);
    CacheKey key = key(source, commit);
    try (KeyLocks.KeyLock lock = tools.root().keyLocks("steps").acquire(key.digest(), () -> {})) {
      CachedStep known = cache.find(key.digest());
      StoredLayer layer = known == null ? null : known.layer();
      if (layer == null) {
        layer = make(source, commit);
        cache.store(key, new CachedStep(key.components(), "", layer));
      }
      return layer;
    }
  }

  private static CacheKey key(RemoteSource.Git source, GitCommit commit) {
    GitUrl url = source.url();
    CacheKey.Builder key =
        CacheKey.of("git")
            .with("commit", commit.commit())
            .with("subdirectory", url.subdirectory())
            .with("submodules", Boolean.toString(url.submodules()))
            .with("times", url.checkoutTimes() ? "checkout" : "commit");
    if (source.keepsGitDir()) {
      key.with("remote", RemoteSource.hideUser(url.remote())).with("object", commit.object());
      key.with("ref", String.valueOf(commit.ref()));
    }
    return key.build();
  }

  private StoredLayer make(RemoteSource.Git source, GitCommit commit) throws IOException {
    GitUrl url = source.url();
    try (WorkDirs.WorkDir work = tools.workDirs().create()) {
      Path directory = work.path().resolve("tree");
      long time = tools.remotes().get().git().checkOut(url, commit, directory);
      // A repository is kept with the whole of its files or not at all, as BuildKit does it.
      boolean keepsGit = source.keepsGitDir() && url.subdirectory().isEmpty();
      HostTree tree =
          HostTree.walk(
              tools.syscalls().get(),
              directory,
              BytePath.ROOT,
              keepsGit ? HostTree.Filter.ALL : GitTrees::withoutGit);
      Inode top =
          new LayerTree((Directory) tree.top()).lookup(BytePath.parse("/" + url.subdirectory()));
      if (!(top instanceof Directory root)) {
        throw new IOException(
            source.written()
                + ": commit "
                + commit.commit()
                + " has no directory "
                + url.subdirectory());
      }
      normalize(root, url.checkoutTimes() ? OptionalLong.empty() : OptionalLong.of(time));
      Layer layer =
          new LayerWriter(tools.blobs(), tools.indexes(), OptionalLong.empty())
              .write(new LayerTree(root));
      return StoredLayer.of(layer);
    }
  }

  private static HostTree.Decision withoutGit(BytePath path, FileType type) {
    return path.name().equals(GIT) ? HostTree.Decision.PRUNE : HostTree.Decision.KEEP;
  }

  private static void normalize(Directory root, OptionalLong time) {
    normalize(root, time, new IdentityHashMap<>());
  }

  private static void normalize(Inode inode, OptionalLong time, Map<Inode, Boolean> done) {
    if (done.put(inode, true) != null) {
      return;
    }
    Attributes attributes = inode.attributes();
    inode.setAttributes(
        Attributes.of(
            inode.type() == FileType.SYMLINK ? 0777 : mode(attributes.mode()),
            0,
            0,
            time.orElse(attributes.mtimeSeconds())));
    if (inode instanceof Directory directory) {
      for (Inode child : directory.children().values()) {
        normalize(child, time, done);
      }
    }
  }

  /** What the owner may, all may, but for writing: whatever umask(2) the command had. */
  private static int mode(int mode) {
    int owner = (mode & OWNER_BITS) >> 6;
    int others = owner & 5;
    return owner << 6 | others << 3 | others;
  }
}
