package jbuild.linux;

import java.nio.ByteBuffer;

/** Files in memory, memfd_create(2), that nobody can change once made. */
public final class MemoryFile {
  static final int MFD_CLOEXEC = 1;

  private static final int MFD_ALLOW_SEALING = 2;

  /** Since 6.3 one says which; the sysctl vm.memfd_noexec forbids leaving it open. */
  private static final int MFD_NOEXEC_SEAL = 8;

  private static final int MFD_EXEC = 0x10;

  private static final int F_ADD_SEALS = 1033;
  private static final int SEAL_SEAL = 1;
  private static final int SEAL_SHRINK = 2;
  private static final int SEAL_GROW = 4;
  private static final int SEAL_WRITE = 8;

  private MemoryFile() {}

  /** A sealed file with {@code content} that execveat(2) accepts. */
  public static Fd sealedExecutable(Syscalls syscalls, String name, byte[] content)
      throws ErrnoException {
    return fillAndSeal(syscalls, create(syscalls, name, MFD_EXEC), content);
  }

  /** A sealed file with {@code content}, which can be mapped in any way but for writing. */
  public static Fd sealed(Syscalls syscalls, String name, byte[] content) throws ErrnoException {
    return fillAndSeal(syscalls, create(syscalls, name, MFD_NOEXEC_SEAL), content);
  }

  private static Fd create(Syscalls syscalls, String name, int executable) throws ErrnoException {
    int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    try {
      return syscalls.memfdCreate(name, flags | executable);
    } catch (ErrnoException e) {
      if (e.is(Errno.EINVAL)) {
        return syscalls.memfdCreate(name, flags); // before Linux 6.3 all are executable
      }
      throw e;
    }
  }

  private static Fd fillAndSeal(Syscalls syscalls, Fd file, byte[] content) throws ErrnoException {
    boolean done = false;
    try {
      ByteBuffer bytes = ByteBuffer.allocateDirect(content.length).put(content).flip();
      while (bytes.hasRemaining()) {
        syscalls.pwrite(file, bytes, bytes.position());
      }
      syscalls.fcntl(file, F_ADD_SEALS, SEAL_SEAL | SEAL_SHRINK | SEAL_GROW | SEAL_WRITE);
      done = true;
      return file;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }
}
