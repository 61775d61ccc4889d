package jbuild.layer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.AtFlags;
import jbuild.linux.DirEntry;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.store.TreeRemover;
import org.jspecify.annotations.Nullable;

/**
 * Removes directory trees whatever they hold: names of any bytes, any depth, links to anywhere.
 * Symbolic links are not followed and mounts not entered, whoever moves things about meanwhile:
 * every directory is opened from the top with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and
 * RESOLVE_NO_XDEV (openat2(2)).
 */
public final class KernelTreeRemover implements TreeRemover {
  private static final long RESOLVE = LongPath.INSIDE | OpenFlags.RESOLVE_NO_XDEV;

  /**
   * What lies deeper is moved up before it is entered. Else, as each directory is opened from the
   * top, the time would grow with the square of the depth, and whoever makes trees says how deep.
   */
  private static final int MAX_DEPTH = 64;

  /** So that nothing is replaced, if a tree has such a name. */
  private static final int RENAME_NOREPLACE = 1;

  private final Syscalls syscalls;

  public KernelTreeRemover(Syscalls syscalls) {
    this.syscalls = syscalls;
  }

  /**
   * Removes {@code tree} and all below it, as much as it can; nothing there is fine.
   *
   * @throws LayerException the first failure; everything else is gone then
   */
  @Override
  public void remove(Path tree) throws IOException {
    HostDirectory top = HostDirectory.top(new HostRoot(syscalls, LongPath.of(tree)));
    ByteString path = top.root().path();
    int slash = path.lastIndexOf('/');
    ByteString name = path.substring(slash + 1);
    int parentFlags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    try (Fd parent = syscalls.openat(Fd.CWD, path.substring(0, slash + 1), parentFlags, 0)) {
      if (syscalls.statx(parent, name, false).type() == FileType.DIRECTORY) {
        try (Fd root = open(parent, name)) {
          new Removal(root, top).run();
        }
        syscalls.unlinkat(parent, name, AtFlags.REMOVEDIR);
      } else {
        syscalls.unlinkat(parent, name, 0);
      }
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        throw HostFailure.of("remove", path.toString(), e);
      }
    }
  }

  private Fd open(Fd from, ByteString path) throws ErrnoException {
    return LongPath.open(syscalls, from, path, OpenFlags.RDONLY | OpenFlags.DIRECTORY, RESOLVE);
  }

  /**
   * Empties the directories from the top down and removes them from the bottom up, so that at any
   * depth no more than three descriptors are open.
   */
  private final class Removal {
    private final Deque<HostDirectory> pending = new ArrayDeque<>();
    private final List<HostDirectory> emptied = new ArrayList<>();
    private final List<DirEntry> entries = new ArrayList<>();
    private @Nullable LayerException first;

    private final Fd root;
    private final HostDirectory top;
    private int moved;

    Removal(Fd root, HostDirectory top) {
      this.root = root;
      this.top = top;
    }

    void run() throws IOException {
      empty(root, top);
      while (!pending.isEmpty()) {
        HostDirectory next = pending.pop();
        emptied.add(next);
        try (Fd directory = open(root, next.relative())) {
          empty(directory, next);
        } catch (ErrnoException e) {
          failed(next.toString(), e);
        }
      }
      removeEmptied();
      if (first != null) {
        throw first;
      }
    }

    private void empty(Fd directory, HostDirectory where) throws ErrnoException {
      entries.clear();
      while (syscalls.getdents64(directory, entries)) {
        // adds to the entries until there are no more
      }
      for (DirEntry entry : entries) {
        if (entry.type() == FileType.DIRECTORY || !unlinked(directory, where, entry.name())) {
          pending.push(reachable(directory, where, entry.name()));
        }
      }
    }

    /** The directory where it is, or where it has been moved to. */
    private HostDirectory reachable(Fd directory, HostDirectory where, ByteString name) {
      if (where.depth() < MAX_DEPTH) {
        return where.child(name);
      }
      ByteString fresh = ByteString.of(".moved-up-" + moved++);
      try {
        syscalls.renameat2(directory, name, root, fresh, RENAME_NOREPLACE);
        return top.child(fresh);
      } catch (ErrnoException stays) { // it is not too deep to be removed, only slower
        return where.child(name);
      }
    }

    /** False if it is a directory after all. */
    private boolean unlinked(Fd directory, HostDirectory where, ByteString name) {
      try {
        syscalls.unlinkat(directory, name, 0);
      } catch (ErrnoException e) {
        if (e.is(Errno.EISDIR)) { // unlink(2): what Linux says of directories
          return false;
        }
        failed(where.absolute(name).toString(), e);
      }
      return true;
    }

    /** Those found last lie deepest or beside each other, so children go before their parents. */
    private void removeEmptied() {
      @Nullable HostDirectory openParent = null;
      Fd parent = root;
      try {
        for (int i = emptied.size() - 1; i >= 0; i--) {
          HostDirectory directory = emptied.get(i);
          HostDirectory above = directory.parent();
          try {
            if (above != openParent) {
              Fd next = open(root, above.relative());
              if (parent != root) {
                parent.close();
              }
              parent = next;
              openParent = above;
            }
            syscalls.unlinkat(parent, directory.name(), AtFlags.REMOVEDIR);
          } catch (ErrnoException e) {
            failed(directory.toString(), e);
          }
        }
      } finally {
        if (parent != root) {
          parent.close();
        }
      }
    }

    private void failed(String path, ErrnoException e) {
      if (first == null && !e.is(Errno.ENOENT)) {
        first = HostFailure.of("remove", path, e);
      }
    }
  }
}
