package jbuild.linux;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteString;

/**
 * Extended attributes by directory descriptor. Linux 6.13 has listxattrat and its family; before it
 * the path goes through /proc/self/fd, whose links lead to the open directory itself.
 */
final class Xattrs {
  /** Where struct xattr_args lies in the scratch result: {u64 value; u32 size; u32 flags}. */
  private static final int XATTR_ARGS_SIZE = 16;

  private final Kernel kernel;

  /** Learnt from the first call's ENOSYS; threads may learn it at the same time. */
  private volatile boolean atCallsMissing;

  /** {@code atCallsMissing} is known in tests only. */
  Xattrs(Kernel kernel, boolean atCallsMissing) {
    this.kernel = kernel;
    this.atCallsMissing = atCallsMissing;
  }

  SortedMap<ByteString, byte[]> all(Fd dir, ByteString path) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    ByteBuffer bulk = scratch.bulk();
    int length = list(dir, path, bulk);
    if (length == 0) {
      return Collections.emptySortedMap();
    }
    byte[] names = new byte[length];
    bulk.get(0, names);
    SortedMap<ByteString, byte[]> found = new TreeMap<>();
    int from = 0;
    for (int at = 0; at < length; at++) {
      if (names[at] == 0) {
        ByteString name = ByteString.of(names, from, at - from);
        int size = get(dir, path, name, bulk);
        if (size >= 0) {
          byte[] value = new byte[size];
          bulk.get(0, value);
          found.put(name, value);
        }
        from = at + 1;
      }
    }
    return found;
  }

  void set(Fd dir, ByteString path, ByteString name, byte[] value) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    ByteBuffer bulk = scratch.bulk();
    if (value.length > Scratch.BULK_SIZE) {
      throw new ErrnoException("setxattr " + path, Errno.E2BIG);
    }
    bulk.put(0, value);
    long values = scratch.address(bulk);
    long names = scratch.secondPath(Syscall.SETXATTRAT, name);
    long result = -Errno.ENOSYS.number();
    if (hasAtCalls(path)) {
      result =
          kernel.tryCall6(
              Syscall.SETXATTRAT,
              dir.number(),
              scratch.path(Syscall.SETXATTRAT, path),
              AtFlags.SYMLINK_NOFOLLOW,
              names,
              xattrArgs(scratch, values, value.length),
              XATTR_ARGS_SIZE);
    }
    if (missing(result)) {
      result =
          kernel.tryCall(
              path.isEmpty() ? Syscall.SETXATTR : Syscall.LSETXATTR,
              scratch.path(Syscall.LSETXATTR, throughProc(dir, path)),
              names,
              values,
              value.length,
              0);
    }
    if (result < 0) {
      throw kernel.failure(Syscall.SETXATTR, Kernel.subject(dir, path) + " " + name, result);
    }
  }

  /** The length of the list of names, each ended by a zero byte; 0 where there can be none. */
  private int list(Fd dir, ByteString path, ByteBuffer to) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    long result = -Errno.ENOSYS.number();
    if (hasAtCalls(path)) {
      result =
          kernel.tryCall(
              Syscall.LISTXATTRAT,
              dir.number(),
              scratch.path(Syscall.LISTXATTRAT, path),
              AtFlags.SYMLINK_NOFOLLOW,
              scratch.address(to),
              Scratch.BULK_SIZE);
    }
    if (missing(result)) {
      result =
          kernel.tryCall(
              path.isEmpty() ? Syscall.LISTXATTR : Syscall.LLISTXATTR,
              scratch.path(Syscall.LLISTXATTR, throughProc(dir, path)),
              scratch.address(to),
              Scratch.BULK_SIZE,
              0,
              0);
    }
    if (result == -Errno.EOPNOTSUPP.number()) {
      return 0;
    }
    if (result < 0) {
      throw kernel.failure(Syscall.LISTXATTR, Kernel.subject(dir, path), result);
    }
    return (int) result;
  }

  /** The value's length, -1 when the attribute is gone. */
  private int get(Fd dir, ByteString path, ByteString name, ByteBuffer to) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    long names = scratch.secondPath(Syscall.GETXATTRAT, name);
    long result = -Errno.ENOSYS.number();
    if (hasAtCalls(path)) {
      result =
          kernel.tryCall6(
              Syscall.GETXATTRAT,
              dir.number(),
              scratch.path(Syscall.GETXATTRAT, path),
              AtFlags.SYMLINK_NOFOLLOW,
              names,
              xattrArgs(scratch, scratch.address(to), Scratch.BULK_SIZE),
              XATTR_ARGS_SIZE);
    }
    if (missing(result)) {
      result =
          kernel.tryCall(
              path.isEmpty() ? Syscall.GETXATTR : Syscall.LGETXATTR,
              scratch.path(Syscall.LGETXATTR, throughProc(dir, path)),
              names,
              scratch.address(to),
              Scratch.BULK_SIZE,
              0);
    }
    if (result == -Errno.ENODATA.number()) {
      return -1;
    }
    if (result < 0) {
      throw kernel.failure(Syscall.GETXATTR, Kernel.subject(dir, path) + " " + name, result);
    }
    return (int) result;
  }

  private boolean missing(long result) {
    if (result == -Errno.ENOSYS.number()) {
      atCallsMissing = true;
      return true;
    }
    return false;
  }

  /**
   * With AT_EMPTY_PATH they refuse an O_PATH descriptor (EBADF), so that the other way is taken.
   */
  private boolean hasAtCalls(ByteString path) {
    return !atCallsMissing && !path.isEmpty();
  }

  /** An empty path leads to the link itself, which getxattr(2) follows to what is open. */
  private static ByteString throughProc(Fd dir, ByteString path) {
    if (path.startsWith("/") || (dir == Fd.CWD && !path.isEmpty())) {
      return path;
    }
    ByteString open =
        ByteString.of(dir == Fd.CWD ? "/proc/self/cwd" : "/proc/self/fd/" + dir.number());
    return path.isEmpty() ? open : open.concat(ByteString.of("/")).concat(path);
  }

  private static long xattrArgs(Scratch scratch, long value, int size) {
    scratch.putResultLong(0, value);
    scratch.putResultInt(8, size);
    scratch.putResultInt(12, 0);
    return scratch.result();
  }
}
