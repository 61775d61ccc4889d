package jbuild.linux;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that jbuild's own threads make; names and arguments are those of the man pages,
 * section 2.
 *
 * <ul>
 *   <li>A path is seen from a directory descriptor, {@link Fd#CWD} for the working directory. The
 *       empty path with {@code AT_EMPTY_PATH} (set where it is needed) means the descriptor itself.
 *   <li>Buffers are direct; a call advances the position by what the kernel moved.
 *   <li>A call interrupted by a signal is made again where that is right (signal(7)).
 *   <li>Descriptors are opened close-on-exec whether or not the flag is given.
 *   <li>The process's umask applies as ever; jbuild never changes it because all threads share it.
 *       Set a mode exactly with {@link #fchmodat}.
 * </ul>
 *
 * An implementation may be used by any number of threads.
 */
public interface Syscalls {
  /** For {@link #lseek}: the next byte that is not in a hole, at or after the offset. */
  int SEEK_DATA = 3;

  /** For {@link #lseek}: the next hole, the end of the file at the latest. */
  int SEEK_HOLE = 4;

  /**
   * The kernel's own. Loads native code, some 10 ms: call it only when a system call is needed.
   *
   * @throws UnsupportedOperationException when the native library cannot be loaded
   */
  static Syscalls load() {
    return JffiSyscalls.load();
  }

  Arch arch();

  /**
   * Makes a call only to see what the kernel says; null when it succeeded. For calls whose
   * arguments make them harmless: see {@link KernelFloor}.
   */
  @Nullable Errno probe(Syscall call, long a0, long a1, long a2);

  // Descriptors

  Fd openat(Fd dir, ByteString path, int flags, int mode) throws ErrnoException;

  Fd openat2(Fd dir, ByteString path, int flags, int mode, long resolve) throws ErrnoException;

  /** 0 at the end of the file. */
  int read(Fd fd, ByteBuffer to) throws ErrnoException;

  int write(Fd fd, ByteBuffer from) throws ErrnoException;

  /** 0 at the end of the file. */
  int pread(Fd fd, ByteBuffer to, long offset) throws ErrnoException;

  int pwrite(Fd fd, ByteBuffer from, long offset) throws ErrnoException;

  /** {@code whence} is one of the SEEK_* numbers of lseek(2), which are 0 to 4. */
  long lseek(Fd fd, long offset, int whence) throws ErrnoException;

  void ftruncate(Fd fd, long size) throws ErrnoException;

  void fdatasync(Fd fd) throws ErrnoException;

  void fsync(Fd fd) throws ErrnoException;

  void syncfs(Fd fd) throws ErrnoException;

  Pipe pipe2(int flags) throws ErrnoException;

  /** {@code flags} as in memfd_create(2): see {@link MemoryFile} for the usual ones. */
  Fd memfdCreate(String name, int flags) throws ErrnoException;

  long fcntl(Fd fd, int command, long argument) throws ErrnoException;

  long ioctl(Fd fd, long request, long argument) throws ErrnoException;

  /** An ioctl on a structure in memory, from the buffer's position on. */
  long ioctl(Fd fd, long request, ByteBuffer structure) throws ErrnoException;

  // Inodes

  FileStat statx(Fd dir, ByteString path, boolean followLink) throws ErrnoException;

  FileStat fstat(Fd fd) throws ErrnoException;

  ByteString readlinkat(Fd dir, ByteString path) throws ErrnoException;

  /**
   * The extended attributes of {@code path}, a final symbolic link's own. Empty where the file
   * system has none (ENOTSUP); an attribute that vanishes meanwhile is left out.
   */
  SortedMap<ByteString, byte[]> xattrs(Fd dir, ByteString path) throws ErrnoException;

  /** Makes or replaces an extended attribute; a final symbolic link's own. */
  void setxattr(Fd dir, ByteString path, ByteString name, byte[] value) throws ErrnoException;

  void mkdirat(Fd dir, ByteString path, int mode) throws ErrnoException;

  /** {@code mode} holds the type; the device numbers matter for device nodes only. */
  void mknodat(Fd dir, ByteString path, int mode, int major, int minor) throws ErrnoException;

  void symlinkat(ByteString target, Fd dir, ByteString path) throws ErrnoException;

  void linkat(Fd oldDir, ByteString oldPath, Fd newDir, ByteString newPath, int flags)
      throws ErrnoException;

  void unlinkat(Fd dir, ByteString path, int flags) throws ErrnoException;

  void renameat2(Fd oldDir, ByteString oldPath, Fd newDir, ByteString newPath, int flags)
      throws ErrnoException;

  void fchownat(Fd dir, ByteString path, int uid, int gid, int flags) throws ErrnoException;

  /** Follows a final symbolic link, whose own mode Linux does not use. */
  void fchmodat(Fd dir, ByteString path, int mode) throws ErrnoException;

  /** Sets the times of last access and modification, both to the one given. */
  void utimensat(Fd dir, ByteString path, long seconds, int nanos, int flags) throws ErrnoException;

  /**
   * Adds the next entries to {@code batch}, without {@code .} and {@code ..}; false at the end of
   * the directory. {@link DirectoryStream} is the convenient form.
   */
  boolean getdents64(Fd directory, List<DirEntry> batch) throws ErrnoException;

  // Mounts

  Fd fsopen(String type) throws ErrnoException;

  void fsconfigString(Fd context, String key, ByteString value) throws ErrnoException;

  void fsconfigFlag(Fd context, String key) throws ErrnoException;

  void fsconfigFd(Fd context, String key, Fd value) throws ErrnoException;

  /** Makes the superblock. On failure the message holds what the file system itself says. */
  void fsconfigCreate(Fd context) throws ErrnoException;

  /** A detached mount of a made superblock; {@code attributes} are {@code MountFlags.ATTR_*}. */
  Fd fsmount(Fd context, long attributes) throws ErrnoException;

  /** With OPEN_TREE_CLONE: a detached copy of the mount at {@code path}. */
  Fd openTree(Fd dir, ByteString path, int flags) throws ErrnoException;

  /** Attaches the detached {@code mount} at {@code path}. */
  void moveMount(Fd mount, Fd dir, ByteString path, int flags) throws ErrnoException;

  /** {@code propagation} is MS_PRIVATE or MS_SLAVE, 0 to leave it. */
  void mountSetattr(Fd dir, ByteString path, int flags, long set, long clear, long propagation)
      throws ErrnoException;

  void mount(
      @Nullable ByteString source,
      ByteString target,
      @Nullable String type,
      long flags,
      @Nullable ByteString data)
      throws ErrnoException;

  void umount2(ByteString target, int flags) throws ErrnoException;

  // Processes

  int getpid();

  /** The version of landlock(7) that this kernel has, 0 where it has none or it is switched off. */
  int landlockVersion();

  Fd pidfdOpen(int pid) throws ErrnoException;

  void pidfdSendSignal(Fd pidfd, int signal) throws ErrnoException;

  void kill(int pid, int signal) throws ErrnoException;

  /** Waits until the child {@code pid} has ended and gives its status as wait4(2) encodes it. */
  int wait4(int pid) throws ErrnoException;

  /** As {@link #wait4} but null while the child still runs (WNOHANG). */
  @Nullable Integer tryWait4(int pid) throws ErrnoException;

  /** On the calling thread, if the operation is a thread's. */
  long prctl(int operation, long a2, long a3, long a4, long a5) throws ErrnoException;

  /** On the calling thread alone: see {@link ProgramRunner} for a better way. */
  void unshare(long flags) throws ErrnoException;

  /** On the calling thread alone. */
  void setns(Fd namespace, int flags) throws ErrnoException;

  /**
   * Attaches an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE to a control group of version 2,
   * beside what others have attached; it goes with the group. bpf(2).
   */
  void attachDeviceProgram(Fd group, byte[] instructions) throws ErrnoException;

  /**
   * Starts a child that runs {@code program} on this process's memory; returns when it has exec'ed
   * or ended. {@link ProgramRunner} is the convenient form.
   *
   * @throws ErrnoException when no child could be made
   */
  Spawned spawn(SyscallProgram program, long cloneFlags, @Nullable Fd cgroup) throws ErrnoException;

  /** The two ends of a pipe. */
  record Pipe(Fd readEnd, Fd writeEnd) implements AutoCloseable {
    @Override
    public void close() {
      readEnd.close();
      writeEnd.close();
    }
  }

  /**
   * A child that was made.
   *
   * @param failedCall the index of the program's call that failed, -1 if none has: then the child
   *     is a zombie to be waited for
   * @param errno why it failed; meaningless if none has
   */
  record Spawned(int pid, Fd pidfd, int failedCall, Errno errno) {}
}
