package jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * A view with one more change set on top that is still in memory: the file system after a step
 * whose layer is on its way into the store.
 */
public final class OverlaidTree implements TreeView {
  /** Identities of files of change sets; those of a {@link UnionTree} have no such high bits. */
  private static final long ABOVE = 1L << 62;

  /** How many bits of an identity number the files of one change set. */
  private static final int FILE_BITS = 32;

  /** Reads a file of the change set, wherever its content is by now. */
  @FunctionalInterface
  public interface Contents {
    InputStream open(RegularFile file) throws IOException;
  }

  private final TreeView below;
  private final LayerTree above;
  private final Contents contents;

  /** The first identity: change sets on one another must not take each other's. */
  private final long base;

  private final IdentityHashMap<Inode, Long> identities = new IdentityHashMap<>();
  private final Map<Long, RegularFile> files = new TreeMap<>();

  /**
   * @param contents reads the files of {@code above}
   */
  public OverlaidTree(TreeView below, LayerTree above, Contents contents) {
    this.below = below;
    this.above = above;
    this.contents = contents;
    this.base = below instanceof OverlaidTree next ? next.base + (1L << FILE_BITS) : ABOVE;
  }

  @Override
  public @Nullable Entry lookup(BytePath path) throws IOException {
    return find(resolve(path, false));
  }

  @Override
  public BytePath resolve(BytePath path, boolean followFinal) throws IOException {
    return TreeView.resolve(this::find, path, followFinal);
  }

  /** The entry at a path whose parents are no links. */
  private @Nullable Entry find(BytePath path) throws IOException {
    Directory directory = above.root();
    for (int depth = 0; depth < path.names().size(); depth++) {
      Inode child = directory.child(path.names().get(depth));
      if (child == null) {
        return directory.isOpaque() ? null : below.lookup(path);
      }
      boolean last = depth == path.names().size() - 1;
      if (last) {
        return entry(path, child);
      }
      if (!(child instanceof Directory next)) {
        return null;
      }
      directory = next;
      if (directory.isOpaque()) {
        return findHere(path, directory, depth + 1);
      }
    }
    return entry(path, directory);
  }

  /** Below an opaque directory only this layer counts. */
  private @Nullable Entry findHere(BytePath path, Directory from, int depth) throws IOException {
    Inode inode = from;
    for (ByteString name : path.names().subList(depth, path.names().size())) {
      inode = inode instanceof Directory directory ? directory.child(name) : null;
      if (inode == null) {
        return null;
      }
    }
    return entry(path, inode);
  }

  @Override
  public List<Entry> list(BytePath path) throws IOException {
    BytePath resolved = resolve(path, true);
    Entry directory = find(resolved);
    if (directory == null || !directory.isDirectory()) {
      throw new LayerException(
          "list " + path + ": " + (directory == null ? "no such directory" : "not a directory"));
    }
    TreeMap<ByteString, Entry> entries = new TreeMap<>();
    if (isVisibleBelow(resolved)) {
      for (Entry entry : below.list(resolved)) {
        entries.put(entry.path().name(), entry);
      }
    }
    if (above.lookup(resolved) instanceof Directory here) {
      for (Map.Entry<ByteString, Inode> child : here.children().entrySet()) {
        Entry entry = entry(resolved.child(child.getKey()), child.getValue());
        if (entry == null) {
          entries.remove(child.getKey());
        } else {
          entries.put(child.getKey(), entry);
        }
      }
    }
    return new ArrayList<>(entries.values());
  }

  private boolean isVisibleBelow(BytePath path) throws IOException {
    Directory directory = above.root();
    for (ByteString name : path.names()) {
      if (directory.isOpaque()) {
        return false;
      }
      Inode child = directory.child(name);
      if (child == null) {
        break;
      }
      if (!(child instanceof Directory next)) {
        return false;
      }
      directory = next;
    }
    Entry entry = directory.isOpaque() ? null : below.lookup(path);
    return entry != null && entry.isDirectory();
  }

  private @Nullable Entry entry(BytePath path, Inode inode) throws IOException {
    if (inode instanceof Whiteout) {
      return null;
    }
    if (inode instanceof Directory directory && directory.isImplied()) {
      Entry lower = below.lookup(path);
      if (lower != null && lower.isDirectory()) {
        return lower;
      }
    }
    Special special = inode instanceof Special node ? node : null;
    return new Entry(
        path,
        inode.type(),
        inode.attributes(),
        inode.size(),
        inode instanceof Symlink link ? link.target() : null,
        special == null ? 0 : special.deviceMajor(),
        special == null ? 0 : special.deviceMinor(),
        1,
        identity(inode));
  }

  private synchronized long identity(Inode inode) {
    Long known = identities.get(inode);
    if (known == null) {
      known = base + identities.size();
      identities.put(inode, known);
      if (inode instanceof RegularFile file) {
        files.put(known, file);
      }
    }
    return known;
  }

  @Override
  public InputStream open(Entry file) throws IOException {
    RegularFile here;
    synchronized (this) {
      here = files.get(file.identity());
    }
    if (here != null) {
      return contents.open(here);
    }
    if (file.type() != FileType.REGULAR) {
      throw new LayerException("read " + file.path() + ": not a regular file");
    }
    return below.open(file);
  }
}
