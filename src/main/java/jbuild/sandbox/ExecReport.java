package jbuild.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * What comes back through the status pipe: one {@link #ALIVE} for each time the child has checked
 * that its parent lives, and, if the trampoline could execute nothing, its 8 bytes: errno and index
 * of the candidate, 32 bits each.
 */
final class ExecReport {
  static final String ALIVE = "+";

  private static final int CHECKS = 2;
  private static final int REPORT = 8;
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;

  private ExecReport() {}

  /**
   * Reads the pipe of a child that has ended; null if a program was executed.
   *
   * @param pipe the read end, non-blocking
   */
  static ExitStatus.@Nullable ExecFailed read(
      Syscalls syscalls, Fd pipe, ByteString program, List<ByteString> candidates)
      throws ErrnoException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(CHECKS + REPORT).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (bytes.hasRemaining() && syscalls.read(pipe, bytes) > 0) {
        // read(2) may give less than what is asked for
      }
    } catch (ErrnoException e) {
      // Nothing more in the pipe, whose write end a child just being started still has a copy of.
      if (!e.is(Errno.EAGAIN)) {
        throw e;
      }
    }
    if (bytes.position() < CHECKS + REPORT) {
      return null;
    }
    Errno errno = Errno.of(bytes.getInt(CHECKS));
    int index = bytes.getInt(CHECKS + 4);
    if (errno == Errno.ENOENT || index < 0 || index >= candidates.size()) {
      return new ExitStatus.ExecFailed(NOT_FOUND, errno, program);
    }
    return new ExitStatus.ExecFailed(NOT_EXECUTABLE, errno, candidates.get(index));
  }
}
