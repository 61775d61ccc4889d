package jbuild.runner;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.sandbox.Stdio;
import org.jspecify.annotations.Nullable;

/**
 * What a container gets as descriptors 0, 1 and 2. Pipes, sockets and terminals of the caller's are
 * passed on. A file is not: root inside could open it anew by /proc/self/fd/1, for whatever it was
 * not opened for, or make a set-user-ID program of it on the host. It is copied from and to.
 */
final class Streams implements AutoCloseable {
  private static final int FORMAT = 0170000; // S_IFMT, inode(7)
  private static final int FIFO = 0010000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int SOCKET = 0140000;
  private static final int PIECE = 64 << 10;

  private final Syscalls syscalls;
  private final List<Fd> given = new ArrayList<>();
  private final List<Thread> writers = new ArrayList<>();
  private final List<Copy> copies = new ArrayList<>();
  private final Stdio stdio;
  private boolean started;
  private volatile @Nullable IOException failure;

  /**
   * @param end what of a pipe is this process's
   */
  private record Copy(Fd from, Fd to, Fd end, boolean isOutput) {}

  /**
   * @param interactive whether standard input is passed on at all
   */
  Streams(Syscalls syscalls, boolean interactive) throws IOException {
    this.syscalls = syscalls;
    FileStat out = file(1);
    FileStat err = file(2);
    Fd output = out == null ? Fd.borrowed(1) : output(1);
    boolean same =
        out != null && err != null && out.device() == err.device() && out.inode() == err.inode();
    Fd errors = same ? output : err == null ? Fd.borrowed(2) : output(2);
    stdio = new Stdio(interactive ? input() : nothing(), output, errors);
  }

  Stdio stdio() {
    return stdio;
  }

  /** Null unless the descriptor is a file, or a directory. */
  private @Nullable FileStat file(int descriptor) {
    try {
      FileStat status = syscalls.fstat(Fd.borrowed(descriptor));
      int format = status.mode() & FORMAT;
      boolean passed = format == FIFO || format == CHARACTER_DEVICE || format == SOCKET;
      return passed || format == 0 ? null : status;
    } catch (ErrnoException closed) {
      return null; // the sandbox says so
    }
  }

  private Fd nothing() throws IOException {
    Fd nothing =
        syscalls.openat(
            Fd.CWD, ByteString.of("/dev/null"), OpenFlags.RDONLY | OpenFlags.CLOEXEC, 0);
    given.add(nothing);
    return nothing;
  }

  private Fd input() throws IOException {
    if (file(0) == null) {
      return Fd.borrowed(0);
    }
    Syscalls.Pipe pipe = syscalls.pipe2(OpenFlags.CLOEXEC);
    given.add(pipe.readEnd());
    copies.add(new Copy(Fd.borrowed(0), pipe.writeEnd(), pipe.writeEnd(), false));
    return pipe.readEnd();
  }

  private Fd output(int descriptor) throws IOException {
    Syscalls.Pipe pipe = syscalls.pipe2(OpenFlags.CLOEXEC);
    given.add(pipe.writeEnd());
    copies.add(new Copy(pipe.readEnd(), Fd.borrowed(descriptor), pipe.readEnd(), true));
    return pipe.writeEnd();
  }

  /** To be called when the sandbox has its copies of the descriptors. */
  void start() {
    started = true;
    given.forEach(Fd::close);
    for (Copy copy : copies) {
      Thread thread = new Thread(() -> copy(copy), copy.isOutput() ? "output" : "input");
      thread.setDaemon(true);
      thread.start();
      if (copy.isOutput()) {
        writers.add(thread);
      }
    }
  }

  private void copy(Copy copy) {
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    try {
      while (syscalls.read(copy.from(), piece) > 0) {
        piece.flip();
        while (piece.hasRemaining()) {
          syscalls.write(copy.to(), piece);
        }
        piece.clear();
      }
    } catch (IOException e) {
      if (copy.isOutput()) { // and a program need not read all of its input
        failure = new IOException("write the container's output: " + e.getMessage(), e);
      }
    } finally {
      copy.end().close();
    }
  }

  /** Waits, after the end of the container, until all of its output is written. */
  void finish() throws IOException {
    try {
      for (Thread writer : writers) {
        writer.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("write the container's output: interrupted");
    }
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** What was not passed on, if the container was not started. */
  @Override
  public void close() {
    given.forEach(Fd::close);
    if (!started) { // or each copy closes its own
      copies.forEach(copy -> copy.end().close());
    }
  }
}
