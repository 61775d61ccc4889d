package jbuild.linux;

import java.nio.ByteBuffer;
import jbuild.io.ByteString;

/**
 * System calls by number for {@link JffiSyscalls} and its parts: failures become exceptions that
 * name the call and its subject; nothing is allocated when a call succeeds.
 */
final class Kernel {
  final NativeCalls natives;
  final Arch arch;
  private final ThreadLocal<Scratch> scratch;
  private final Fd.Closer closer =
      new Fd.Closer() {
        @Override
        public void close(int number) {
          Kernel.this.close(number);
        }
      };

  Kernel(NativeCalls natives, Arch arch) {
    this.natives = natives;
    this.arch = arch;
    this.scratch =
        new ThreadLocal<>() {
          @Override
          protected Scratch initialValue() {
            return new Scratch(natives);
          }
        };
  }

  Scratch scratch() {
    return scratch.get();
  }

  long call(Syscall call, Object subject, long a0) throws ErrnoException {
    return call(call, subject, a0, 0, 0, 0, 0);
  }

  long call(Syscall call, Object subject, long a0, long a1) throws ErrnoException {
    return call(call, subject, a0, a1, 0, 0, 0);
  }

  long call(Syscall call, Object subject, long a0, long a1, long a2) throws ErrnoException {
    return call(call, subject, a0, a1, a2, 0, 0);
  }

  long call(Syscall call, Object subject, long a0, long a1, long a2, long a3)
      throws ErrnoException {
    return call(call, subject, a0, a1, a2, a3, 0);
  }

  long call(Syscall call, Object subject, long a0, long a1, long a2, long a3, long a4)
      throws ErrnoException {
    long result = natives.call(call.number(arch), a0, a1, a2, a3, a4);
    if (result < 0) {
      throw failure(call, subject, result);
    }
    return result;
  }

  /** A negative errno where {@link #call} throws. */
  long tryCall(Syscall call, long a0, long a1, long a2, long a3, long a4) {
    return natives.call(call.number(arch), a0, a1, a2, a3, a4);
  }

  long tryCall6(Syscall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return natives.call6(call.number(arch), a0, a1, a2, a3, a4, a5);
  }

  ErrnoException failure(Syscall call, Object subject, long result) {
    return new ErrnoException(call + " " + subject, Errno.of((int) -result));
  }

  /** What to name when {@code path} is empty and stands for {@code dir}. */
  static Object subject(Fd dir, ByteString path) {
    return path.isEmpty() ? dir : path;
  }

  Fd owned(long number) {
    return Fd.owned((int) number, closer);
  }

  /** Never again after EINTR: the number is free by then and may be somebody else's (close(2)). */
  void close(int number) {
    long ignored = natives.once(Syscall.CLOSE.number(arch), number, 0, 0, 0, 0);
  }

  /** Where the bytes from the buffer's position on lie. */
  long address(ByteBuffer buffer) {
    return natives.address(buffer) + buffer.position();
  }
}
