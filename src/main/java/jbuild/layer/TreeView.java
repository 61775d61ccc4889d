package jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * A file system as a process in it would see it, without one being there: symbolic links are
 * followed inside it, so no path leads out of it.
 */
public interface TreeView {
  /** r-xr-xr-x. */
  int ALL_MAY_ENTER = 0555;

  /** As the kernel's MAXSYMLINKS, path_resolution(7). */
  int MAX_LINKS = 40;

  /** The entry at {@code path}, or null. Links on the way are followed, a final one is not. */
  @Nullable Entry lookup(BytePath path) throws IOException;

  /**
   * {@code path} with all symbolic links on the way replaced, and a final one as well if {@code
   * followFinal}. What does not exist is kept as it is.
   *
   * @throws LayerException when there are more than {@link #MAX_LINKS} links on the way
   */
  BytePath resolve(BytePath path, boolean followFinal) throws IOException;

  /** The entries of the directory {@code path}, links followed, in the order of their bytes. */
  List<Entry> list(BytePath path) throws IOException;

  /** The content of a regular file of this view. */
  InputStream open(Entry file) throws IOException;

  /**
   * What the root directory is where it is mounted; of a file system without layers, {@link
   * Attributes#IMPLIED}. All may enter it: tars of root file systems are often made in a directory
   * of mode 0700, and other builders pass over what a layer says of the root.
   */
  default Attributes rootAttributes() throws IOException {
    Entry root = lookup(BytePath.ROOT);
    if (root == null) {
      return Attributes.IMPLIED;
    }
    return root.attributes().withMode(root.mode() | ALL_MAY_ENTER);
  }

  /** The content of the small file {@code path}, links followed; empty when there is none. */
  default ByteString readSmall(BytePath path, int limit) throws IOException {
    Entry entry = lookup(resolve(path, true));
    if (entry == null || entry.type() != FileType.REGULAR) {
      return ByteString.EMPTY;
    }
    if (entry.size() > limit) {
      throw new LayerException("read " + path + ": it has more than " + limit + " bytes");
    }
    try (InputStream in = open(entry)) {
      return ByteString.of(in.readAllBytes());
    }
  }

  /** Finds an entry by a path whose parents are not links. */
  @FunctionalInterface
  interface Finder {
    @Nullable Entry find(BytePath path) throws IOException;
  }

  /** The algorithm of {@link #resolve} over a view that cannot follow links itself. */
  static BytePath resolve(Finder finder, BytePath path, boolean followFinal) throws IOException {
    Deque<ByteString> todo = new ArrayDeque<>(path.names());
    List<ByteString> names = new ArrayList<>();
    int links = 0;
    while (!todo.isEmpty()) {
      ByteString name = todo.pop();
      if (name.equalsAscii("..")) {
        if (!names.isEmpty()) {
          names.remove(names.size() - 1);
        }
        continue;
      }
      names.add(name);
      if (todo.isEmpty() && !followFinal) {
        break;
      }
      Entry entry = finder.find(BytePath.of(names));
      ByteString target = entry == null ? null : entry.linkTarget();
      if (target != null) {
        if (++links > MAX_LINKS) {
          throw new LayerException(
              "resolve " + path + ": more than " + MAX_LINKS + " symbolic links on the way");
        }
        names.remove(names.size() - 1);
        if (target.startsWith("/")) {
          names.clear();
        }
        List<ByteString> more = DirectoryWalk.components(target);
        for (int i = more.size() - 1; i >= 0; i--) {
          todo.push(more.get(i));
        }
      }
    }
    return BytePath.of(names);
  }
}
