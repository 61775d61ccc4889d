package jbuild.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** {@link StubCode} in executable memory, and how it is called. */
final class Stub {
  private static final int PAGE = 4096;
  private static final int PROT_READ_EXEC = 1 | 4;
  private static final int MAP_PRIVATE = 2;

  /** struct clone_args, include/uapi/linux/sched.h; the last field is CLONE_INTO_CGROUP's. */
  private static final int CLONE_ARGS_SIZE = 88;

  private static final int PIDFD = 96;
  private static final int STATUS = 112;
  private static final int STACK = 128;

  /** The child uses no stack itself, but clone3(2) must not leave it on its parent's. */
  private static final int STACK_SIZE = 4096;

  private static final int PROGRAM = STACK + STACK_SIZE;

  private final Kernel kernel;
  private final long code;

  private Stub(Kernel kernel, long code) {
    this.kernel = kernel;
    this.code = code;
  }

  /**
   * Maps the code from a sealed memory file: executable memory that was never writable, which
   * strict kernels allow, and whose instruction cache the kernel keeps right on aarch64 (the page
   * cache is flushed when it is first mapped executable).
   */
  static Stub load(Syscalls syscalls, Kernel kernel) throws ErrnoException {
    try (Fd file = MemoryFile.sealed(syscalls, "jbuild-stub", StubCode.of(kernel.arch))) {
      long code =
          kernel.tryCall6(Syscall.MMAP, 0, PAGE, PROT_READ_EXEC, MAP_PRIVATE, file.number(), 0);
      if (code < 0) {
        throw kernel.failure(Syscall.MMAP, "the program stub", code);
      }
      return new Stub(kernel, code);
    }
  }

  Syscalls.Spawned spawn(SyscallProgram program, long cloneFlags, @Nullable Fd cgroup)
      throws ErrnoException {
    int size = PROGRAM + ProgramLayout.size(program);
    ByteBuffer memory = aligned(size);
    long base = kernel.natives.address(memory);
    ByteBuffer args = memory.duplicate().order(ByteOrder.nativeOrder());
    long flags =
        cloneFlags
            | CloneFlags.VM
            | CloneFlags.VFORK
            | CloneFlags.PIDFD
            | CloneFlags.CLEAR_SIGHAND
            | (cgroup == null ? 0 : CloneFlags.INTO_CGROUP);
    args.putLong(0, flags);
    args.putLong(8, base + PIDFD);
    args.putLong(32, Signals.SIGCHLD);
    args.putLong(40, base + STACK);
    args.putLong(48, STACK_SIZE);
    args.putLong(80, cgroup == null ? 0 : cgroup.number());
    ProgramLayout.write(
        program, kernel.arch, memory.slice(PROGRAM, size - PROGRAM), base + PROGRAM);

    try {
      long pid = kernel.natives.invoke(code, base, CLONE_ARGS_SIZE, base + PROGRAM, base + STATUS);
      if (pid < 0) {
        throw kernel.failure(Syscall.CLONE3, "a child", pid);
      }
      Fd pidfd = kernel.owned(args.getInt(PIDFD));
      long result = args.getLong(STATUS);
      if (result == 0) {
        return new Syscalls.Spawned((int) pid, pidfd, -1, Errno.UNKNOWN);
      }
      long entry = args.getLong(STATUS + 8) - (base + PROGRAM);
      return new Syscalls.Spawned(
          (int) pid, pidfd, (int) entry / ProgramLayout.ENTRY_SIZE, Errno.of((int) -result));
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  /** The ABI of both processors wants a stack aligned to 16 bytes. */
  private static ByteBuffer aligned(int size) {
    return ByteBuffer.allocateDirect(size + 15).alignedSlice(16);
  }
}
