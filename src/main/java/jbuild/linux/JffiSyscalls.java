package jbuild.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/** The kernel's calls through {@link NativeCalls}. */
final class JffiSyscalls extends MountCalls {
  private static final int WNOHANG = 1;

  private final Xattrs xattrs;
  private @Nullable Stub stub;

  private JffiSyscalls(Kernel kernel) {
    super(kernel);
    this.xattrs = new Xattrs(kernel, /* atCallsMissing= */ false);
  }

  static Syscalls load() {
    return new JffiSyscalls(new Kernel(NativeCalls.load(), Arch.host()));
  }

  @Override
  public Arch arch() {
    return kernel.arch;
  }

  @Override
  public @Nullable Errno probe(Syscall call, long a0, long a1, long a2) {
    long result = kernel.tryCall(call, a0, a1, a2, 0, 0);
    return result < 0 ? Errno.of((int) -result) : null;
  }

  @Override
  public Fd openat(Fd dir, ByteString path, int flags, int mode) throws ErrnoException {
    long name = kernel.scratch().path(Syscall.OPENAT, path);
    return kernel.owned(
        kernel.call(Syscall.OPENAT, path, dir.number(), name, flags | OpenFlags.CLOEXEC, mode));
  }

  /** struct open_how: {u64 flags, mode, resolve}. */
  @Override
  public Fd openat2(Fd dir, ByteString path, int flags, int mode, long resolve)
      throws ErrnoException {
    Scratch scratch = kernel.scratch();
    scratch.putResultLong(0, Integer.toUnsignedLong(flags | OpenFlags.CLOEXEC));
    scratch.putResultLong(8, mode);
    scratch.putResultLong(16, resolve);
    long name = scratch.path(Syscall.OPENAT2, path);
    return kernel.owned(
        kernel.call(Syscall.OPENAT2, path, dir.number(), name, scratch.result(), 24));
  }

  @Override
  public int read(Fd fd, ByteBuffer to) throws ErrnoException {
    return transfer(Syscall.READ, fd, to, 0);
  }

  @Override
  public int write(Fd fd, ByteBuffer from) throws ErrnoException {
    return transfer(Syscall.WRITE, fd, from, 0);
  }

  @Override
  public int pread(Fd fd, ByteBuffer to, long offset) throws ErrnoException {
    return transfer(Syscall.PREAD64, fd, to, offset);
  }

  @Override
  public int pwrite(Fd fd, ByteBuffer from, long offset) throws ErrnoException {
    return transfer(Syscall.PWRITE64, fd, from, offset);
  }

  private int transfer(Syscall call, Fd fd, ByteBuffer buffer, long offset) throws ErrnoException {
    try {
      int size = buffer.remaining();
      int moved = (int) kernel.call(call, fd, fd.number(), kernel.address(buffer), size, offset);
      buffer.position(buffer.position() + moved);
      return moved;
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  @Override
  public long lseek(Fd fd, long offset, int whence) throws ErrnoException {
    return kernel.call(Syscall.LSEEK, fd, fd.number(), offset, whence);
  }

  @Override
  public void ftruncate(Fd fd, long size) throws ErrnoException {
    kernel.call(Syscall.FTRUNCATE, fd, fd.number(), size);
  }

  @Override
  public void fdatasync(Fd fd) throws ErrnoException {
    kernel.call(Syscall.FDATASYNC, fd, fd.number());
  }

  @Override
  public void fsync(Fd fd) throws ErrnoException {
    kernel.call(Syscall.FSYNC, fd, fd.number());
  }

  @Override
  public void syncfs(Fd fd) throws ErrnoException {
    kernel.call(Syscall.SYNCFS, fd, fd.number());
  }

  @Override
  public Pipe pipe2(int flags) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    kernel.call(Syscall.PIPE2, "", scratch.result(), flags | OpenFlags.CLOEXEC);
    return new Pipe(kernel.owned(scratch.resultInt(0)), kernel.owned(scratch.resultInt(4)));
  }

  @Override
  public Fd memfdCreate(String name, int flags) throws ErrnoException {
    long text = kernel.scratch().path(Syscall.MEMFD_CREATE, ByteString.of(name));
    return kernel.owned(
        kernel.call(Syscall.MEMFD_CREATE, name, text, flags | MemoryFile.MFD_CLOEXEC));
  }

  @Override
  public long fcntl(Fd fd, int command, long argument) throws ErrnoException {
    return kernel.call(Syscall.FCNTL, fd, fd.number(), command, argument);
  }

  @Override
  public long ioctl(Fd fd, long request, long argument) throws ErrnoException {
    return kernel.call(Syscall.IOCTL, fd, fd.number(), request, argument);
  }

  @Override
  public long ioctl(Fd fd, long request, ByteBuffer structure) throws ErrnoException {
    try {
      return ioctl(fd, request, kernel.address(structure));
    } finally {
      Reference.reachabilityFence(structure);
    }
  }

  @Override
  public FileStat statx(Fd dir, ByteString path, boolean followLink) throws ErrnoException {
    int flags =
        (path.isEmpty() ? AtFlags.EMPTY_PATH : 0) | (followLink ? 0 : AtFlags.SYMLINK_NOFOLLOW);
    Scratch scratch = kernel.scratch();
    kernel.call(
        Syscall.STATX,
        Kernel.subject(dir, path),
        dir.number(),
        scratch.path(Syscall.STATX, path),
        flags,
        StatxLayout.BASIC_STATS,
        scratch.result());
    return StatxLayout.read(scratch);
  }

  @Override
  public FileStat fstat(Fd fd) throws ErrnoException {
    return statx(fd, ByteString.EMPTY, true);
  }

  @Override
  public ByteString readlinkat(Fd dir, ByteString path) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    long name = scratch.path(Syscall.READLINKAT, path);
    int length =
        (int)
            kernel.call(
                Syscall.READLINKAT,
                Kernel.subject(dir, path),
                dir.number(),
                name,
                scratch.result(),
                Scratch.PATH_MAX);
    return ByteString.of(scratch.resultBytes(length));
  }

  @Override
  public SortedMap<ByteString, byte[]> xattrs(Fd dir, ByteString path) throws ErrnoException {
    return xattrs.all(dir, path);
  }

  @Override
  public void setxattr(Fd dir, ByteString path, ByteString name, byte[] value)
      throws ErrnoException {
    xattrs.set(dir, path, name, value);
  }

  @Override
  public void mkdirat(Fd dir, ByteString path, int mode) throws ErrnoException {
    long name = kernel.scratch().path(Syscall.MKDIRAT, path);
    kernel.call(Syscall.MKDIRAT, path, dir.number(), name, mode);
  }

  @Override
  public void mknodat(Fd dir, ByteString path, int mode, int major, int minor)
      throws ErrnoException {
    // new_encode_dev, include/linux/kdev_t.h: 12 bits of major between 8 and 12 bits of minor.
    long device = (minor & 0xff) | ((long) major << 8) | ((minor & 0xfff00L) << 12);
    long name = kernel.scratch().path(Syscall.MKNODAT, path);
    kernel.call(Syscall.MKNODAT, path, dir.number(), name, mode, device);
  }

  @Override
  public void symlinkat(ByteString target, Fd dir, ByteString path) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    long content = scratch.path(Syscall.SYMLINKAT, target);
    long name = scratch.secondPath(Syscall.SYMLINKAT, path);
    kernel.call(Syscall.SYMLINKAT, path, content, dir.number(), name);
  }

  @Override
  public void linkat(Fd oldDir, ByteString oldPath, Fd newDir, ByteString newPath, int flags)
      throws ErrnoException {
    int empty = oldPath.isEmpty() ? AtFlags.EMPTY_PATH : 0;
    twoPaths(Syscall.LINKAT, oldDir, oldPath, newDir, newPath, flags | empty);
  }

  @Override
  public void renameat2(Fd oldDir, ByteString oldPath, Fd newDir, ByteString newPath, int flags)
      throws ErrnoException {
    twoPaths(Syscall.RENAMEAT2, oldDir, oldPath, newDir, newPath, flags);
  }

  private void twoPaths(
      Syscall call, Fd oldDir, ByteString oldPath, Fd newDir, ByteString newPath, int flags)
      throws ErrnoException {
    Scratch scratch = kernel.scratch();
    long result =
        kernel.tryCall(
            call,
            oldDir.number(),
            scratch.path(call, oldPath),
            newDir.number(),
            scratch.secondPath(call, newPath),
            flags);
    if (result < 0) {
      throw kernel.failure(call, Kernel.subject(oldDir, oldPath) + " to " + newPath, result);
    }
  }

  @Override
  public void unlinkat(Fd dir, ByteString path, int flags) throws ErrnoException {
    long name = kernel.scratch().path(Syscall.UNLINKAT, path);
    kernel.call(Syscall.UNLINKAT, path, dir.number(), name, flags);
  }

  @Override
  public void fchownat(Fd dir, ByteString path, int uid, int gid, int flags) throws ErrnoException {
    long name = kernel.scratch().path(Syscall.FCHOWNAT, path);
    int empty = path.isEmpty() ? AtFlags.EMPTY_PATH : 0;
    Object subject = Kernel.subject(dir, path);
    kernel.call(Syscall.FCHOWNAT, subject, dir.number(), name, uid, gid, flags | empty);
  }

  @Override
  public void fchmodat(Fd dir, ByteString path, int mode) throws ErrnoException {
    long name = kernel.scratch().path(Syscall.FCHMODAT, path);
    kernel.call(Syscall.FCHMODAT, path, dir.number(), name, mode);
  }

  /** struct timespec[2]: {i64 seconds, nanoseconds} of access, then of modification. */
  @Override
  public void utimensat(Fd dir, ByteString path, long seconds, int nanos, int flags)
      throws ErrnoException {
    Scratch scratch = kernel.scratch();
    scratch.putResultLong(0, seconds);
    scratch.putResultLong(8, nanos);
    scratch.putResultLong(16, seconds);
    scratch.putResultLong(24, nanos);
    long name = scratch.path(Syscall.UTIMENSAT, path);
    int empty = path.isEmpty() ? AtFlags.EMPTY_PATH : 0;
    Object subject = Kernel.subject(dir, path);
    kernel.call(Syscall.UTIMENSAT, subject, dir.number(), name, scratch.result(), flags | empty);
  }

  @Override
  public boolean getdents64(Fd directory, List<DirEntry> batch) throws ErrnoException {
    return Dirents.read(kernel, directory, batch);
  }

  @Override
  public int getpid() {
    return (int) kernel.tryCall(Syscall.GETPID, 0, 0, 0, 0, 0);
  }

  @Override
  public int landlockVersion() {
    long flag = 1; // LANDLOCK_CREATE_RULESET_VERSION
    return (int) Math.max(0, kernel.tryCall(Syscall.LANDLOCK_CREATE_RULESET, 0, 0, flag, 0, 0));
  }

  @Override
  public Fd pidfdOpen(int pid) throws ErrnoException {
    return kernel.owned(kernel.call(Syscall.PIDFD_OPEN, pid, pid, 0));
  }

  @Override
  public void pidfdSendSignal(Fd pidfd, int signal) throws ErrnoException {
    kernel.call(Syscall.PIDFD_SEND_SIGNAL, pidfd, pidfd.number(), signal, 0, 0);
  }

  @Override
  public void kill(int pid, int signal) throws ErrnoException {
    kernel.call(Syscall.KILL, pid, pid, signal);
  }

  @Override
  public int wait4(int pid) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    kernel.call(Syscall.WAIT4, pid, pid, scratch.result(), 0, 0);
    return scratch.resultInt(0);
  }

  @Override
  public @Nullable Integer tryWait4(int pid) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    long ended = kernel.call(Syscall.WAIT4, pid, pid, scratch.result(), WNOHANG, 0);
    return ended == 0 ? null : scratch.resultInt(0);
  }

  @Override
  public long prctl(int operation, long a2, long a3, long a4, long a5) throws ErrnoException {
    return kernel.call(Syscall.PRCTL, operation, operation, a2, a3, a4, a5);
  }

  @Override
  public void unshare(long flags) throws ErrnoException {
    kernel.call(Syscall.UNSHARE, flags, flags);
  }

  @Override
  public void setns(Fd namespace, int flags) throws ErrnoException {
    kernel.call(Syscall.SETNS, namespace, namespace.number(), flags);
  }

  @Override
  public void attachDeviceProgram(Fd group, byte[] instructions) throws ErrnoException {
    BpfCalls.attachDeviceProgram(kernel, group, instructions);
  }

  @Override
  public Spawned spawn(SyscallProgram program, long cloneFlags, @Nullable Fd cgroup)
      throws ErrnoException {
    return stub().spawn(program, cloneFlags, cgroup);
  }

  private synchronized Stub stub() throws ErrnoException {
    Stub loaded = stub;
    if (loaded == null) {
      loaded = Stub.load(this, kernel);
      stub = loaded;
    }
    return loaded;
  }
}
