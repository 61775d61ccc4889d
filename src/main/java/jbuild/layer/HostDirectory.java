package jbuild.layer;

import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a walk. The path is put together only when it is asked for: kept for each of a
 * very deep tree's directories it would need memory in the square of the depth.
 */
final class HostDirectory {
  /** How much of a path that is too deep a message shows. */
  private static final int SHOWN_DEPTH = 3;

  private final HostRoot root;
  private final @Nullable HostDirectory parent;
  private final ByteString name;
  private final int depth;

  private HostDirectory(HostRoot root, @Nullable HostDirectory parent, ByteString name) {
    this.root = root;
    this.parent = parent;
    this.name = name;
    this.depth = parent == null ? 0 : parent.depth + 1;
  }

  static HostDirectory top(HostRoot root) {
    return new HostDirectory(root, null, ByteString.EMPTY);
  }

  HostDirectory child(ByteString childName) {
    return new HostDirectory(root, this, childName);
  }

  HostRoot root() {
    return root;
  }

  /** How many directories lie between the root and what is in this one. */
  int depth() {
    return depth;
  }

  /**
   * This one's child in a walk whose result is a {@link LayerTree}, which must not be too deep for
   * those that walk it in turn.
   */
  HostDirectory childInTree(ByteString childName) throws LayerException {
    if (depth + 1 >= DirectoryWalk.MAX_DEPTH) {
      HostDirectory above = this;
      while (above.depth > SHOWN_DEPTH) {
        above = above.parent();
      }
      throw new LayerException(
          "read "
              + above
              + "/...: directories are nested more than "
              + (DirectoryWalk.MAX_DEPTH - 1)
              + " deep");
    }
    return child(childName);
  }

  /** The containing directory; the root's is the root, as for {@code ..}. */
  HostDirectory parent() {
    return parent == null ? this : parent;
  }

  ByteString name() {
    return name;
  }

  /** Seen from the root; empty for the root itself. */
  ByteString relative() {
    return ByteString.of(path(0));
  }

  /** The absolute path of an entry; of the directory itself if {@code entry} is empty. */
  ByteString absolute(ByteString entry) {
    ByteString top = root.path();
    int start = top.length() == 1 ? 0 : top.length(); // the host's root is "/" and adds nothing
    byte[] below = path(start + 1);
    if (start > 0) {
      top.copyTo(below, 0);
    }
    below[start] = '/';
    ByteString directory = parent == null && start > 0 ? top : ByteString.of(below);
    return entry.isEmpty() ? directory : LongPath.join(directory, entry);
  }

  /** The relative path with {@code room} bytes left free before it. */
  private byte[] path(int room) {
    int length = -1;
    for (HostDirectory at = this; at.parent != null; at = at.parent) {
      length += at.name.length() + 1;
    }
    byte[] bytes = new byte[room + Math.max(0, length)];
    int end = bytes.length;
    for (HostDirectory at = this; at.parent != null; at = at.parent) {
      end -= at.name.length();
      at.name.copyTo(bytes, end);
      if (end > room) {
        bytes[--end] = '/';
      }
    }
    return bytes;
  }

  /** For messages. */
  @Override
  public String toString() {
    return absolute(ByteString.EMPTY).toString();
  }
}
