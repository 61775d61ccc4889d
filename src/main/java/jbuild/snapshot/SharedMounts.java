package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import jbuild.io.ByteString;
import jbuild.layer.LayerUnit;
import jbuild.linux.AtFlags;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.store.DataRoot;
import jbuild.store.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Lends the mounts of this process to others of the same data root and borrows theirs. The kernel
 * caches a file once for each superblock: a second mount of one index would read, and keep in
 * memory, everything a second time.
 *
 * <p>What is lent is said by an empty file in {@code mounts/}, {@code
 * PID-START-NAMESPACE-DESCRIPTOR-RUNG-UNIT}; there is nothing in it that could be half written. The
 * borrower makes a mount of its own of the same superblock (open_tree(2) of {@code
 * /proc/PID/fd/DESCRIPTOR}): from then on neither needs the other, and both may lend it on. A
 * lender takes the name away before it closes the descriptor, so a descriptor is the mount for as
 * long as its process lives and the name is there. Whatever else goes wrong ends in a mount of
 * one's own.
 */
final class SharedMounts {
  private final Syscalls syscalls;
  private final DataRoot root;
  private final Map<Fd, Path> lent = new HashMap<>();

  SharedMounts(Syscalls syscalls, DataRoot root) {
    this.syscalls = syscalls;
    this.root = root;
  }

  /** Says that {@code mount} is there to be borrowed, until {@link #withdraw}. */
  void lend(Rung rung, LayerUnit unit, Fd mount) throws IOException {
    Path name =
        root.mounts().resolve(root.owner().prefix() + mount.number() + "-" + suffix(rung, unit));
    Files.createFile(name);
    lent.put(mount, name);
  }

  /** A mount of {@code unit} that another process has as well; null when there is none. */
  @Nullable Fd borrow(Rung rung, LayerUnit unit) throws IOException {
    String suffix = suffix(rung, unit);
    try (DirectoryStream<Path> names = Files.newDirectoryStream(root.mounts())) {
      for (Path name : names) {
        String text = name.getFileName().toString();
        Owner lender = text.endsWith("-" + suffix) ? Owner.parse(text) : null;
        if (lender != null && lender.isVisibleTo(root.owner())) {
          String descriptor = text.substring(lender.prefix().length());
          Fd copy =
              copy(
                  name, lender, descriptor.substring(0, descriptor.length() - suffix.length() - 1));
          if (copy != null) {
            return copy;
          }
        }
      }
    }
    return null;
  }

  private @Nullable Fd copy(Path name, Owner lender, String descriptor) throws IOException {
    if (lender.isDead(root.owner())) {
      return null;
    }
    ByteString path = ByteString.of("/proc/" + lender.pid() + "/fd/" + descriptor);
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    Fd copy;
    try (Fd theirs = syscalls.openat(Fd.CWD, path, flags, 0)) {
      copy =
          syscalls.openTree(
              theirs,
              ByteString.EMPTY,
              MountFlags.OPEN_TREE_CLONE | MountFlags.OPEN_TREE_CLOEXEC | AtFlags.EMPTY_PATH);
    } catch (ErrnoException notToBeHad) {
      // The lender ended or gave it up (ENOENT, EINVAL), is another user's (EACCES) or in another
      // mount namespace (EINVAL), or the kernel copies no detached mounts (before 6.15, EINVAL).
      return null;
    }
    // Another process, or the same after it had given the mount up, has something else there.
    if (lender.isDead(root.owner()) || !Files.exists(name)) {
      copy.close();
      return null;
    }
    return copy;
  }

  /** Whether others may think that {@code mount} can be borrowed: then it must stay open. */
  boolean isLent(Fd mount) {
    return lent.containsKey(mount);
  }

  /** Takes all offers back; to be called before the descriptors are closed. */
  void withdraw() throws IOException {
    IOException first = null;
    Iterator<Path> names = lent.values().iterator();
    while (names.hasNext()) {
      try {
        Files.deleteIfExists(names.next());
        names.remove();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static String suffix(Rung rung, LayerUnit unit) {
    return rung.label() + "-" + unit.key();
  }
}
