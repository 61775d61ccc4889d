package jbuild.step;

import java.nio.file.Path;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.sandbox.MountOp;

/** A place to mount on inside what is mounted itself; never through a symbolic link. */
final class NestedPoint {
  private static final int S_IFREG = 0100000;

  private NestedPoint() {}

  /** Makes what is missing. Where a link or a file is in the way, the mount will say so. */
  static void make(Syscalls syscalls, Path top, MountOp.Place place) throws ErrnoException {
    List<ByteString> names = place.path().names();
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
    Fd directory = syscalls.openat(Fd.CWD, ByteString.of(top.toString()), flags, 0);
    try {
      for (int i = 0; i < names.size(); i++) {
        ByteString name = names.get(i);
        boolean last = i == names.size() - 1;
        if (!makeOne(syscalls, directory, name, place.isDirectory() || !last) || last) {
          return;
        }
        Fd next = syscalls.openat(directory, name, flags, 0);
        directory.close();
        directory = next;
      }
    } catch (ErrnoException inTheWay) {
      if (!inTheWay.is(Errno.ELOOP) && !inTheWay.is(Errno.ENOTDIR)) {
        throw inTheWay;
      }
    } finally {
      directory.close();
    }
  }

  private static boolean makeOne(
      Syscalls syscalls, Fd directory, ByteString name, boolean isDirectory) throws ErrnoException {
    try {
      if (isDirectory) {
        syscalls.mkdirat(directory, name, 0755);
      } else {
        syscalls.mknodat(directory, name, S_IFREG | 0644, 0, 0);
      }
    } catch (ErrnoException there) {
      return there.is(Errno.EEXIST);
    }
    return true;
  }
}
