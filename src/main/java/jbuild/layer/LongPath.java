package jbuild.layer;

import java.nio.file.Path;
import jbuild.io.ByteString;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.HostPath;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;

/** Paths of the host as the kernel takes them: bytes, and no more than PATH_MAX of them a call. */
final class LongPath {
  /** For what lies in a tree: neither a symbolic link nor {@code ..} leads out of it. */
  static final long INSIDE =
      OpenFlags.RESOLVE_BENEATH | OpenFlags.RESOLVE_NO_SYMLINKS | OpenFlags.RESOLVE_NO_MAGICLINKS;

  /** limits.h: PATH_MAX is 4096 with the final NUL. */
  static final int LONGEST = 4095;

  private static final ByteString HERE = ByteString.of(".");

  private LongPath() {}

  /** The absolute form of {@code path}, without a slash at its end. */
  static ByteString of(Path path) {
    return HostPath.of(path.toAbsolutePath());
  }

  /** Where an open directory is now: the path without symbolic links; proc(5), /proc/pid/fd. */
  static ByteString of(Syscalls syscalls, Fd directory) throws ErrnoException {
    return syscalls.readlinkat(Fd.CWD, ByteString.of("/proc/self/fd/" + directory.number()));
  }

  static ByteString join(ByteString directory, ByteString name) {
    return directory.endsWith("/")
        ? directory.concat(name)
        : directory.concat(ByteString.of("/")).concat(name);
  }

  /**
   * openat2(2) for a path of any length: one that is too long for a call is walked in pieces. The
   * empty path is the directory itself.
   */
  static Fd open(Syscalls syscalls, Fd from, ByteString path, int flags, long resolve)
      throws ErrnoException {
    Fd at = from;
    try {
      ByteString rest = path.isEmpty() ? HERE : path;
      while (rest.length() > LONGEST) {
        int slash = rest.substring(0, LONGEST + 1).lastIndexOf('/');
        int pieceFlags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
        Fd next = syscalls.openat2(at, rest.substring(0, slash), pieceFlags, 0, resolve);
        if (at != from) {
          at.close();
        }
        at = next;
        rest = rest.substring(slash + 1);
      }
      return syscalls.openat2(at, rest, flags | OpenFlags.CLOEXEC, 0, resolve);
    } finally {
      if (at != from) {
        at.close();
      }
    }
  }

  /** Opens the directory {@code path} for reading its entries; see {@link #INSIDE}. */
  static Fd openDirectory(Syscalls syscalls, Fd from, ByteString path) throws ErrnoException {
    return open(syscalls, from, path, OpenFlags.RDONLY | OpenFlags.DIRECTORY, INSIDE);
  }
}
