package jbuild.layer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.AtFlags;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;

/**
 * Gives what was extracted its owner, xattrs, times and mode, in this order: chown(2) takes set-id
 * bits and file capabilities away; user xattrs need write permission (xattr(7)), which the mode may
 * deny to all but root; and who is not root must be able to search a directory to reach it by
 * {@code "."}. What takes privileges that are missing is left out and noted once a kind.
 */
final class AttributeWriter {
  private static final int SET_ID_BITS = 06000;

  private final Syscalls syscalls;
  private final List<String> notes = new ArrayList<>();
  private final Set<String> noted = new HashSet<>();

  AttributeWriter(Syscalls syscalls) {
    this.syscalls = syscalls;
  }

  List<String> notes() {
    return notes;
  }

  /** Notes that {@code what} is missing at {@code path}, and is from then on elsewhere, too. */
  void note(String what, HostDirectory where, ByteString name, ErrnoException why) {
    if (noted.add(what)) {
      notes.add(
          "left out "
              + what
              + " of "
              + where.absolute(name)
              + " and perhaps of others: "
              + why.errno().text());
    }
  }

  /** {@code name} is an entry of the open directory {@code where}; "." is that directory. */
  void apply(Fd directory, HostDirectory where, ByteString name, Inode inode)
      throws ErrnoException {
    Attributes attributes = inode.attributes();
    boolean owned = chown(directory, where, name, attributes);
    for (Map.Entry<ByteString, byte[]> xattr : attributes.xattrs().entrySet()) {
      try {
        syscalls.setxattr(directory, name, xattr.getKey(), xattr.getValue());
      } catch (ErrnoException e) {
        if (!e.is(Errno.EPERM) && !e.is(Errno.EOPNOTSUPP)) {
          throw e;
        }
        note("xattr " + xattr.getKey(), where, name, e);
      }
    }
    syscalls.utimensat(
        directory,
        name,
        attributes.mtimeSeconds(),
        attributes.mtimeNanos(),
        AtFlags.SYMLINK_NOFOLLOW);
    if (inode.type() != FileType.SYMLINK) {
      // A program that ran as its owner must not run as whoever extracted it.
      int mode = owned ? attributes.mode() : attributes.mode() & ~SET_ID_BITS;
      syscalls.fchmodat(directory, name, mode);
    }
  }

  private boolean chown(Fd directory, HostDirectory where, ByteString name, Attributes attributes)
      throws ErrnoException {
    try {
      int flags = AtFlags.SYMLINK_NOFOLLOW;
      syscalls.fchownat(directory, name, attributes.uid(), attributes.gid(), flags);
      return true;
    } catch (ErrnoException e) {
      // EINVAL: an id without a mapping in this user namespace, user_namespaces(7).
      if (!e.is(Errno.EPERM) && !e.is(Errno.EINVAL)) {
        throw e;
      }
      note("owner and set-id bits", where, name, e);
      return false;
    }
  }
}
