package jbuild.medium;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Looks paths up in the tree of an image. Symbolic links are followed inside the tree, as chroot(2)
 * would have it: neither they nor {@code ..} lead out of it.
 */
final class TreePath {
  /** MAXSYMLINKS of linux/namei.h. */
  private static final int MAX_LINKS = 40;

  private TreePath() {}

  /** The inode at {@code path}, links followed, the last one too; null when there is none. */
  static @Nullable Inode resolve(Inode root, BytePath path) throws IOException {
    return lookup(root, path, true);
  }

  /**
   * The inode at {@code path}; null when there is none, or when the links go in circles.
   *
   * @param followLast whether the last component may be a link that is followed
   */
  static @Nullable Inode lookup(Inode root, BytePath path, boolean followLast) throws IOException {
    Deque<ByteString> left = new ArrayDeque<>(path.names());
    List<Inode> way = new ArrayList<>();
    way.add(root);
    int links = 0;
    while (!left.isEmpty()) {
      ByteString name = left.pop();
      if (name.equalsAscii("..")) {
        if (way.size() > 1) {
          way.remove(way.size() - 1);
        }
        continue;
      }
      Inode directory = way.get(way.size() - 1);
      Inode next = directory.type() == FileType.DIRECTORY ? directory.child(name) : null;
      if (next == null) {
        return null;
      }
      if (next.type() == FileType.SYMLINK && (followLast || !left.isEmpty())) {
        if (++links > MAX_LINKS) {
          return null;
        }
        ByteString target = next.linkTarget();
        if (target.startsWith("/")) {
          way.subList(1, way.size()).clear();
        }
        push(left, target);
      } else {
        way.add(next);
      }
    }
    return way.get(way.size() - 1);
  }

  /** The components of a link's target, to be walked before what is left. */
  private static void push(Deque<ByteString> left, ByteString target) {
    List<ByteString> names = new ArrayList<>();
    int from = 0;
    while (from <= target.length()) {
      int slash = target.indexOf('/', from);
      int to = slash < 0 ? target.length() : slash;
      ByteString name = target.substring(from, to);
      if (!name.isEmpty() && !name.equalsAscii(".")) {
        names.add(name);
      }
      from = to + 1;
    }
    for (int i = names.size() - 1; i >= 0; i--) {
      left.push(names.get(i));
    }
  }
}
