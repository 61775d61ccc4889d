package jbuild.linux;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Starts children that run a {@link SyscallProgram}. */
public final class ProgramRunner {
  private final Syscalls syscalls;

  public ProgramRunner(Syscalls syscalls) {
    this.syscalls = syscalls;
  }

  /**
   * Starts a child and returns when it has exec'ed. Until then the child runs on this process's
   * memory and the calling thread waits (CLONE_VM, CLONE_VFORK): a program whose call blocks needs
   * another thread to release it. The child has this process's signal mask, no signal handlers
   * (CLONE_CLEAR_SIGHAND) and a copy of the table of descriptors.
   *
   * @param namespaceFlags {@code CloneFlags.NEW*}
   * @param cgroup a cgroup v2 directory for the child to start in
   * @throws ProgramFailedException when a call failed, or the program's end was reached otherwise
   *     than by an exec or exit
   * @throws ErrnoException when no child could be made
   */
  public ChildProcess start(SyscallProgram program, long namespaceFlags, @Nullable Fd cgroup)
      throws IOException {
    Syscalls.Spawned spawned = syscalls.spawn(program, namespaceFlags, cgroup);
    ChildProcess child = new ChildProcess(syscalls, spawned.pid(), spawned.pidfd());
    if (spawned.failedCall() < 0) {
      return child;
    }
    child.close();
    throw new ProgramFailedException(program.step(spawned.failedCall()), spawned.errno());
  }
}
