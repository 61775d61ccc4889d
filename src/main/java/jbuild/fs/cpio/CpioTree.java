package jbuild.fs.cpio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * The tree that the entries make one after another, by the rules by which the kernel unpacks an
 * initramfs: symbolic links on the way to an entry are followed, directories are merged, other
 * things take the place of what was there, except that of a directory with something in it. Nothing
 * leads out of the root. Not thread-safe while it grows.
 */
final class CpioTree {
  /** As in the kernel's path walk. */
  private static final int MAX_LINKS = 40;

  private static final int MAX_STEPS = 4096;
  private static final int MAX_NAME = 255;

  /** An inode takes some 200 bytes of memory. */
  private static final int MAX_INODES = 1 << 20;

  /** How many directories that no entry is about there may be: this many, and 2 for each entry. */
  private static final int SPARE_IMPLIED = 4096;

  private final String label;
  private final CpioDirectory root = new CpioDirectory(1);
  private int inodes = 1;
  private int entries;
  private int implied;

  CpioTree(String label) {
    this.label = label + ": entry";
  }

  CpioDirectory root() {
    return root;
  }

  /**
   * The number of a further inode.
   *
   * @param position of the entry it is for, for errors
   */
  int nextNumber(long position) throws CorruptInputException {
    if (inodes == MAX_INODES) {
      throw new CorruptInputException(label, position, "more than " + MAX_INODES + " inodes");
    }
    return ++inodes;
  }

  /** The components of a name, without those that lead nowhere or out of the root. */
  List<ByteString> path(ByteString name, long position) throws CorruptInputException {
    List<ByteString> path = new ArrayList<>();
    for (ByteString component : components(name)) {
      if (component.equalsAscii("..")) {
        if (!path.isEmpty()) {
          path.remove(path.size() - 1);
        }
      } else if (component.length() > MAX_NAME) {
        throw new CorruptInputException(
            label, position, "a name has " + component.length() + " bytes: " + name);
      } else {
        path.add(component);
      }
    }
    return path;
  }

  /** Puts what is no directory at {@code path}, which is not empty. */
  void put(List<ByteString> path, CpioInode inode, long position) throws CorruptInputException {
    entries++;
    ByteString name = path.get(path.size() - 1);
    CpioDirectory parent = directory(path.subList(0, path.size() - 1), position);
    if (parent.get(name) instanceof CpioDirectory there && !there.isEmpty()) {
      return; // rmdir(2) fails, and the kernel goes on with the next entry
    }
    parent.put(name, inode);
  }

  /** Makes a directory, or gives one that is there the entry's attributes. */
  void putDirectory(List<ByteString> path, CpioHeader header, long position)
      throws CorruptInputException {
    if (path.isEmpty()) {
      root.set(header);
      return;
    }
    ByteString name = path.get(path.size() - 1);
    CpioDirectory parent = directory(path.subList(0, path.size() - 1), position);
    if (parent.get(name) instanceof CpioDirectory there) {
      there.set(header);
    } else {
      entries++;
      parent.put(name, new CpioDirectory(nextNumber(position), header));
    }
  }

  /** Goes to a directory as path_resolution(7) says, and makes what is missing on the way. */
  private CpioDirectory directory(List<ByteString> path, long position)
      throws CorruptInputException {
    Deque<ByteString> left = new ArrayDeque<>(path);
    Deque<CpioDirectory> above = new ArrayDeque<>();
    CpioDirectory at = root;
    int links = 0;
    for (int steps = 0; !left.isEmpty(); steps++) {
      ByteString name = left.pop();
      if (name.equalsAscii("..")) {
        at = above.isEmpty() ? root : above.pop();
        continue;
      }
      CpioInode next = at.get(name);
      if (next == null) {
        next = implied(at, name, position);
      }
      if (next instanceof CpioDirectory directory) {
        above.push(at);
        at = directory;
      } else if (next instanceof CpioSymlink link) {
        if (++links > MAX_LINKS || steps > MAX_STEPS) {
          throw new CorruptInputException(label, position, "its path has too many links: " + name);
        }
        if (link.linkTarget().startsWith("/")) {
          above.clear();
          at = root;
        }
        List<ByteString> target = components(link.linkTarget());
        for (int i = target.size() - 1; i >= 0; i--) {
          left.push(target.get(i));
        }
      } else {
        throw new CorruptInputException(
            label, position, "its path goes through a " + next.type() + ": " + name);
      }
    }
    return at;
  }

  private CpioDirectory implied(CpioDirectory parent, ByteString name, long position)
      throws CorruptInputException {
    if (++implied > SPARE_IMPLIED + 2 * entries) {
      throw new CorruptInputException(label, position, "too many directories without an entry");
    }
    CpioDirectory directory = new CpioDirectory(nextNumber(position));
    parent.put(name, directory);
    return directory;
  }

  private static List<ByteString> components(ByteString name) {
    List<ByteString> components = new ArrayList<>();
    int from = 0;
    while (from < name.length()) {
      int slash = name.indexOf('/', from);
      int to = slash < 0 ? name.length() : slash;
      ByteString component = name.substring(from, to);
      if (!component.isEmpty() && !component.equalsAscii(".")) {
        components.add(component);
      }
      from = to + 1;
    }
    return components;
  }
}
