package jbuild.layer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.FileType;
import jbuild.linux.Syscalls;

/**
 * A directory tree of the host as inodes: names, attributes and links are read at once, contents
 * when they are needed ({@link DiskFile}). {@code security.selinux} and overlayfs' own xattrs are
 * left out, as are sockets, which no archive can hold.
 */
public final class HostTree {
  private final Inode top;
  private final List<String> notes;

  HostTree(Inode top, List<String> notes) {
    this.top = top;
    this.notes = List.copyOf(notes);
  }

  /** What shall become of an entry. */
  public enum Decision {
    /** It is in the tree. */
    KEEP,
    /** Only what is kept below it is; a directory is in the tree when something below it is. */
    SKIP,
    /** Neither it nor anything below it is looked at. */
    PRUNE
  }

  /** What becomes of sockets. */
  public enum Sockets {
    LEFT_OUT,
    /** Empty regular files, as BuildKit sends a context's. */
    EMPTY_FILES
  }

  /** Decides about an entry before it is read, and thus before a directory is opened. */
  @FunctionalInterface
  public interface Filter {
    Filter ALL = (path, type) -> Decision.KEEP;

    /**
     * {@code path} starts at the root of the walk, not at the entry the walk starts from. Several
     * threads ask at once.
     */
    Decision decide(BytePath path, FileType type);
  }

  /**
   * Reads what is at {@code start} below the host directory {@code root}. Symbolic links in the
   * parents of {@code start} are followed as if {@code root} was the root directory, those it ends
   * in or that are found below it are entries. The filter is not asked about {@code start}.
   */
  public static HostTree walk(Syscalls syscalls, Path root, BytePath start, Filter filter)
      throws IOException {
    return walk(syscalls, root, start, filter, Sockets.LEFT_OUT);
  }

  /** As {@link #walk(Syscalls, Path, BytePath, Filter)}, with sockets as {@code sockets} says. */
  public static HostTree walk(
      Syscalls syscalls, Path root, BytePath start, Filter filter, Sockets sockets)
      throws IOException {
    return new HostWalk(syscalls, filter, sockets).walk(root, start);
  }

  /** What is at the start: mostly a {@link Directory}. */
  public Inode top() {
    return top;
  }

  /** What was left out, for people. */
  public List<String> notes() {
    return notes;
  }

  /**
   * The tree as a layer.
   *
   * @throws IllegalStateException when the start is no directory
   */
  public LayerTree asLayer() {
    if (!(top instanceof Directory root)) {
      throw new IllegalStateException("not a directory");
    }
    LayerTree tree = new LayerTree(root);
    notes.forEach(tree::note);
    return tree;
  }
}
