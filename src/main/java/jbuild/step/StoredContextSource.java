package jbuild.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.IgnoreRules;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Directory;
import jbuild.layer.Entry;
import jbuild.layer.Inode;
import jbuild.layer.RegularFile;
import jbuild.layer.TreeView;
import org.jspecify.annotations.Nullable;

/**
 * A build context that is no directory: a tar or a commit, read where it lies in the store, as its
 * ignore file lets it be seen. As in every context, files belong to root.
 */
public final class StoredContextSource implements CopySource {
  private final String name;
  private final TreeView view;
  private final IgnoreRules rules;
  private final String ignoreFile;
  private final StageSource files;

  /**
   * @param name of the context, for messages
   * @param ignoreFile where the rules come from, for messages
   */
  public StoredContextSource(String name, TreeView view, IgnoreRules rules, String ignoreFile) {
    this.name = name;
    this.view = view;
    this.rules = rules;
    this.ignoreFile = ignoreFile;
    this.files = new StageSource(name, view);
  }

  @Override
  public List<ByteString> list(BytePath directory) throws IOException {
    if (rules.isEmpty()) {
      return files.list(directory);
    }
    List<ByteString> names = new ArrayList<>();
    Entry entry = view.lookup(view.resolve(directory, true));
    if (entry == null || !entry.isDirectory()) {
      return names;
    }
    for (Entry child : view.list(entry.path())) {
      IgnoreRules.Scope scope = scope(text(child.path()));
      boolean mayHold = child.type() == FileType.DIRECTORY && !scope.canBePruned();
      if (!scope.decision().excluded() || mayHold) {
        names.add(child.path().name());
      }
    }
    return names;
  }

  @Override
  public @Nullable Inode open(BytePath path) throws IOException {
    return visible(path, view.resolve(path, true), files.open(path));
  }

  @Override
  public @Nullable Inode entry(BytePath path) throws IOException {
    return path.isRoot() ? open(path) : visible(path, view.resolve(path, false), files.entry(path));
  }

  @Override
  public @Nullable Directory directory(BytePath path) throws IOException {
    return files.directory(path);
  }

  /** What the ignore file leaves of the object at {@code path}, which lies at {@code resolved}. */
  private @Nullable Inode visible(BytePath path, BytePath resolved, @Nullable Inode inode) {
    if (inode == null || rules.isEmpty()) {
      return inode;
    }
    IgnoreRules.Scope scope = resolved.isRoot() ? rules.root() : scope(text(resolved));
    boolean excluded =
        (!resolved.isRoot() && scope.decision().excluded())
            || (!path.isRoot() && rules.decide(text(path)).excluded());
    if (inode instanceof Directory directory) {
      filter(directory, scope, resolved.isRoot() ? "" : text(resolved) + "/");
      return excluded && directory.children().isEmpty() ? null : directory;
    }
    return excluded ? null : inode;
  }

  /** Takes away what is excluded; the tree is nobody else's. */
  private static void filter(Directory directory, IgnoreRules.Scope scope, String prefix) {
    List<ByteString> gone = new ArrayList<>();
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      String path = prefix + decode(child.getKey());
      IgnoreRules.Scope below = scope.enter(path);
      boolean excluded = below.decision().excluded();
      if (child.getValue() instanceof Directory next) {
        if (!excluded || !below.canBePruned()) {
          filter(next, below, path + "/");
          excluded &= next.children().isEmpty();
        }
      }
      if (excluded) {
        gone.add(child.getKey());
      }
    }
    gone.forEach(directory::remove);
  }

  private IgnoreRules.Scope scope(String path) {
    IgnoreRules.Scope scope = rules.root();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      scope = scope.enter(path.substring(0, slash));
    }
    return scope.enter(path);
  }

  private static String text(BytePath path) {
    return decode(path.relative());
  }

  private static String decode(ByteString name) {
    return new String(name.toBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public String whyMissing(BytePath path) throws IOException {
    if (path.isRoot()) {
      return "not found";
    }
    IgnoreRules.Decision decision = rules.decide(text(path));
    if (decision.excluded() && view.lookup(view.resolve(path, true)) != null) {
      return "it is there, but " + ignoreFile + ":" + decision.line() + " excludes it";
    }
    return "not found in " + name + NearestName.explain(this, path);
  }

  @Override
  public boolean keepsOwners() {
    return false;
  }

  @Override
  public byte @Nullable [] knownDigest(RegularFile file) {
    return files.knownDigest(file);
  }

  @Override
  public byte[] digest(RegularFile file) throws IOException {
    return files.digest(file);
  }

  @Override
  public void learn(RegularFile file, byte[] digest) {
    files.learn(file, digest);
  }
}
