package jbuild.linux;

/**
 * A child process of this one. Wait for it on the thread that started it: PR_SET_PDEATHSIG kills
 * the child when that thread ends, so the thread has to stay until the child has ended anyway.
 */
public final class ChildProcess implements AutoCloseable {
  private final Syscalls syscalls;
  private final int pid;
  private final Fd pidfd;
  private final Thread starter = Thread.currentThread();
  private boolean reaped;
  private int status;

  ChildProcess(Syscalls syscalls, int pid, Fd pidfd) {
    this.syscalls = syscalls;
    this.pid = pid;
    this.pidfd = pidfd;
  }

  public int pid() {
    return pid;
  }

  /** Readable once the child has ended (pidfd_open(2)); closed by {@link #close}. */
  public Fd pidfd() {
    return pidfd;
  }

  /** From any thread, safe against reuse of the pid. A child that has ended is no error. */
  public void signal(int signal) throws ErrnoException {
    try {
      syscalls.pidfdSendSignal(pidfd, signal);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ESRCH)) {
        throw e;
      }
    }
  }

  /** Waits for the child's end; the status as wait(2) encodes it. The same on later calls. */
  public int waitFor() throws ErrnoException {
    if (Thread.currentThread() != starter) {
      throw new IllegalStateException("wait for a child on the thread that started it");
    }
    return reap();
  }

  private synchronized int reap() throws ErrnoException {
    if (!reaped) {
      status = syscalls.wait4(pid);
      reaped = true;
    }
    return status;
  }

  /**
   * Kills the child if nobody has waited for it, so that neither a process nor a zombie stays. Not
   * while another thread waits: {@link #signal} is for that.
   */
  @Override
  public synchronized void close() {
    if (!reaped) {
      try {
        signal(Signals.SIGKILL);
        reap();
      } catch (ErrnoException e) {
        // EPERM: it has become another user's, and waiting for it could last for ever. ECHILD:
        // somebody else has waited for it. Either way nothing is left that close could do.
        reaped = true;
      }
    }
    pidfd.close();
  }
}
