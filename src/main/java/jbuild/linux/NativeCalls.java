package jbuild.linux;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.nio.Buffer;
import java.util.Arrays;

/**
 * The one native function that is bound: syscall(2) of the C library, through libffi. A result
 * below zero is a negative errno, as from the kernel itself.
 */
final class NativeCalls {
  private final Invoker invoker = Invoker.getInstance();
  private final LastError lastError = LastError.getInstance();
  private final MemoryIO memory = MemoryIO.getInstance();
  private final CallContext fourLongs = longs(4);
  private final CallContext sixLongs = longs(6);
  private final CallContext sevenLongs = longs(7);
  private final long syscall;

  private NativeCalls(long syscall) {
    this.syscall = syscall;
  }

  static NativeCalls load() {
    try {
      return new NativeCalls(Library.getDefault().getSymbolAddress("syscall"));
    } catch (LinkageError e) {
      throw new UnsupportedOperationException(
          "load libjffi: "
              + e.getMessage()
              + " (is java.io.tmpdir mounted noexec? -Djffi.boot.library.path=DIR names an unpacked"
              + " one)",
          e);
    }
  }

  /**
   * Makes a call of at most five arguments, again if a signal interrupted it. The C library passes
   * on a sixth, which is whatever lay there and which the kernel does not look at.
   */
  long call(int number, long a0, long a1, long a2, long a3, long a4) {
    long result;
    do {
      result = once(number, a0, a1, a2, a3, a4);
    } while (result == -Errno.EINTR.number());
    return result;
  }

  /** As {@link #call}, for calls that an interruption does not leave as if never made. */
  long once(int number, long a0, long a1, long a2, long a3, long a4) {
    long result = invoker.invokeL6(sixLongs, syscall, number, a0, a1, a2, a3, a4);
    return result == -1 ? -lastError.get() : result;
  }

  /**
   * A call of six arguments; jffi has a fast path for no more than six longs, so this is slower.
   */
  long call6(int number, long a0, long a1, long a2, long a3, long a4, long a5) {
    HeapInvocationBuffer seven = new HeapInvocationBuffer(sevenLongs);
    seven.putLong(number);
    seven.putLong(a0);
    seven.putLong(a1);
    seven.putLong(a2);
    seven.putLong(a3);
    seven.putLong(a4);
    seven.putLong(a5);
    long result;
    do {
      result = invoker.invokeLong(sevenLongs, syscall, seven);
      if (result == -1) {
        result = -lastError.get();
      }
    } while (result == -Errno.EINTR.number());
    return result;
  }

  /** Calls machine code at {@code code} by the C calling convention. */
  long invoke(long code, long a0, long a1, long a2, long a3) {
    return invoker.invokeL4(fourLongs, code, a0, a1, a2, a3);
  }

  /** Where a direct buffer's memory starts; the caller keeps the buffer reachable. */
  long address(Buffer direct) {
    if (!direct.isDirect()) {
      throw new IllegalArgumentException("the kernel needs a direct buffer");
    }
    return memory.getDirectBufferAddress(direct);
  }

  private static CallContext longs(int count) {
    Type[] parameters = new Type[count];
    Arrays.fill(parameters, Type.SLONG_LONG);
    return CallContext.getCallContext(
        Type.SLONG_LONG, parameters, CallingConvention.DEFAULT, /* saveErrno= */ true);
  }
}
