package jbuild.linux;

import org.jspecify.annotations.Nullable;

/** Refuses kernels that are too old, by asking for the calls rather than for a version. */
public final class KernelFloor {
  /** No descriptor has this number (fs.nr_open is at most 2^30), so nothing is closed or marked. */
  private static final long NO_DESCRIPTOR = 0x7fff_ffff;

  private static final long CLOSE_RANGE_CLOEXEC = 4;

  private KernelFloor() {}

  /**
   * Checks what every sandbox needs: clone3 (Linux 5.3), fsopen (5.2) and close_range with CLOEXEC
   * (5.11).
   *
   * @throws UnsupportedOperationException naming the call that is missing
   */
  public static void check(Syscalls syscalls) {
    // A null pointer is refused after the call has been found: EFAULT, EINVAL or EPERM.
    require(Syscall.CLONE3, syscalls.probe(Syscall.CLONE3, 0, 0, 0));
    require(Syscall.FSOPEN, syscalls.probe(Syscall.FSOPEN, 0, 0, 0));
    Errno range =
        syscalls.probe(Syscall.CLOSE_RANGE, NO_DESCRIPTOR, NO_DESCRIPTOR, CLOSE_RANGE_CLOEXEC);
    // EINVAL is a kernel before 5.11, which does not know the flag.
    require(Syscall.CLOSE_RANGE, range == Errno.EINVAL ? Errno.ENOSYS : range);
  }

  private static void require(Syscall call, @Nullable Errno answer) {
    if (answer == Errno.ENOSYS) {
      throw new UnsupportedOperationException(
          "find the system call "
              + call
              + ": this kernel, or the container around jbuild, lacks it (Linux 5.11 or newer is"
              + " needed)");
    }
  }
}
