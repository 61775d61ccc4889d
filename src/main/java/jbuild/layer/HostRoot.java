package jbuild.layer;

import jbuild.io.ByteString;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;

/**
 * The directory a walk began in, and what all files found in it share. Holds no descriptor: tens of
 * thousands of files wait in a tree to be read, perhaps in vain.
 */
final class HostRoot {
  /** openat(2), include/uapi/asm-generic/fcntl.h; the same on both architectures. */
  private static final int NOATIME = 01000000;

  private final Syscalls syscalls;
  private final ByteString path;
  private volatile boolean noatimeAllowed = true;

  /** {@code path} is absolute and without symbolic links. */
  HostRoot(Syscalls syscalls, ByteString path) {
    this.syscalls = syscalls;
    this.path = path;
  }

  Syscalls syscalls() {
    return syscalls;
  }

  ByteString path() {
    return path;
  }

  /** Opens a file for reading, found again by its absolute path. */
  Fd openFile(ByteString absolute) throws ErrnoException {
    // Should a FIFO have taken the file's place, O_NONBLOCK keeps the call from waiting for ever.
    int flags = OpenFlags.RDONLY | OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK;
    if (noatimeAllowed) {
      try {
        return open(absolute, flags | NOATIME);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EPERM)) {
          throw e;
        }
        // openat(2): only the owner and CAP_FOWNER may spare the time of last access.
        noatimeAllowed = false;
      }
    }
    return open(absolute, flags);
  }

  private Fd open(ByteString absolute, int flags) throws ErrnoException {
    return LongPath.open(syscalls, Fd.CWD, absolute, flags, OpenFlags.RESOLVE_NO_SYMLINKS);
  }
}
