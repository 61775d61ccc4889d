package jbuild.sandbox;

import java.io.IOException;
import jbuild.cgroup.Cgroup;
import jbuild.cgroup.CgroupStats;
import jbuild.io.ByteString;
import jbuild.linux.ChildProcess;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/** The first process of a running sandbox, PID 1 inside. */
public final class SandboxProcess implements AutoCloseable {
  private final Syscalls syscalls;
  private final ChildProcess child;
  private final Fd statusPipe;
  private final @Nullable Cgroup cgroup;
  private final SandboxSpec spec;

  SandboxProcess(
      Syscalls syscalls,
      ChildProcess child,
      Fd statusPipe,
      @Nullable Cgroup cgroup,
      SandboxSpec spec) {
    this.syscalls = syscalls;
    this.child = child;
    this.statusPipe = statusPipe;
    this.cgroup = cgroup;
    this.spec = spec;
  }

  /** Its pid on the host. */
  public int pid() {
    return child.pid();
  }

  /** From any thread. PID 1 ignores what it has no handler for; only SIGKILL is sure. */
  public void signal(int signal) throws IOException {
    child.signal(signal);
  }

  /**
   * Waits until the first process has ended; then every other process of the sandbox is gone too
   * (pid_namespaces(7)). To be called on the thread that started it.
   */
  public ExitStatus waitFor() throws IOException {
    ExitStatus status = decode(child.waitFor());
    ByteString program = spec.argv().get(0);
    ExitStatus.ExecFailed notExecuted =
        ExecReport.read(syscalls, statusPipe, program, Trampoline.candidates(program, spec.env()));
    if (notExecuted != null) {
      return notExecuted;
    }
    if (cgroup != null && spec.limits().memoryBytes() > 0 && !status.isSuccess()) {
      CgroupStats stats = cgroup.stats();
      if (stats.oomKills() > 0) {
        return new ExitStatus.OutOfMemory(
            spec.limits().memoryBytes(), stats.memoryPeakBytes(), status.shellCode());
      }
    }
    return status;
  }

  /** What the sandbox has used; null if it has no limits, as only then it is counted. */
  public @Nullable CgroupStats stats() throws IOException {
    return cgroup == null ? null : cgroup.stats();
  }

  /** Kills what still runs and removes the control group. Idempotent. */
  @Override
  public void close() throws IOException {
    if (cgroup != null) {
      cgroup.letDie();
    }
    child.close();
    statusPipe.close();
    if (cgroup != null) {
      cgroup.close();
    }
  }

  /** The status as wait(2) describes it. */
  private static ExitStatus decode(int status) {
    int signal = status & 0x7f;
    return signal == 0
        ? new ExitStatus.Exited(status >> 8 & 0xff)
        : new ExitStatus.Signaled(signal, (status & 0x80) != 0);
  }
}
