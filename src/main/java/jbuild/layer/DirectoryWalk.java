package jbuild.layer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Finds a directory in a tree, component by component, as the kernel would with the tree as its
 * root: symbolic links are followed inside the tree, {@code ..} stops at the root. There is only
 * this tree in memory, so there is no path by which a name could lead out of it.
 */
final class DirectoryWalk {
  /** As the kernel's MAXSYMLINKS, see path_resolution(7). */
  private static final int MAX_LINKS = 40;

  /** Deeper than any real tree; trees are walked recursively. */
  static final int MAX_DEPTH = 1024;

  /** Longest symbolic link Linux has, PATH_MAX without its NUL. */
  static final int MAX_TARGET = 4095;

  /**
   * Where a walk ended.
   *
   * @param directories from the root to the directory found; null when there is none
   * @param failure why there is none
   */
  record Result(@Nullable List<Directory> directories, String failure) {
    @Nullable Directory directory() {
      return directories == null ? null : directories.get(directories.size() - 1);
    }
  }

  private DirectoryWalk() {}

  /** The components of a path without empty ones and {@code .}; {@code ..} stays. */
  static List<ByteString> components(ByteString path) {
    List<ByteString> names = new ArrayList<>();
    int from = 0;
    while (from < path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      boolean skipped = to == from || (to == from + 1 && path.at(from) == '.');
      if (!skipped) {
        names.add(path.substring(from, to));
      }
      from = to + 1;
    }
    return names;
  }

  /**
   * Walks {@code names} from the last of {@code start}.
   *
   * @param start the directories from the root to where the walk begins; not modified
   * @param missing makes the directories that do not exist; null when they shall not be made
   */
  static Result walk(
      List<Directory> start, List<ByteString> names, @Nullable Supplier<Directory> missing) {
    List<Directory> stack = new ArrayList<>(start);
    Deque<ByteString> todo = new ArrayDeque<>(names);
    int links = 0;
    while (!todo.isEmpty()) {
      ByteString name = todo.pop();
      if (name.equalsAscii("..")) {
        if (stack.size() > 1) {
          stack.remove(stack.size() - 1);
        }
        continue;
      }
      Directory directory = stack.get(stack.size() - 1);
      Inode child = directory.child(name);
      if (child == null && missing != null) {
        child = missing.get();
        directory.put(name, child);
      }
      if (child instanceof Directory next) {
        if (stack.size() == MAX_DEPTH) {
          return new Result(null, "more than " + MAX_DEPTH + " directories deep");
        }
        stack.add(next);
      } else if (child instanceof Symlink link) {
        if (++links > MAX_LINKS) {
          return new Result(null, "more than " + MAX_LINKS + " symbolic links on the way");
        }
        List<ByteString> target = components(link.target());
        for (int i = target.size() - 1; i >= 0; i--) {
          todo.push(target.get(i));
        }
        if (link.target().startsWith("/")) {
          stack.subList(1, stack.size()).clear();
        }
      } else {
        return new Result(
            null, child == null ? name + " does not exist" : name + " is not a directory");
      }
    }
    return new Result(stack, "");
  }
}
