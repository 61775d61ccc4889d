package jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import jbuild.cgroup.Cgroup;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.io.ByteString;
import jbuild.linux.AtFlags;
import jbuild.linux.ChildProcess;
import jbuild.linux.DetachedMounts;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.MemoryFile;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.ProgramFailedException;
import jbuild.linux.ProgramRunner;
import jbuild.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * Starts confined processes. One object serves any number of them, from any number of threads; it
 * keeps the trampoline's memory file open.
 */
public final class Sandbox implements AutoCloseable {
  private final Syscalls syscalls;
  private final ProgramRunner runner;
  private final CgroupHierarchy cgroups;
  private @Nullable Fd trampoline;
  private @Nullable HostFacts facts;

  public Sandbox(Syscalls syscalls, ProgramRunner runner, CgroupHierarchy cgroups) {
    this.syscalls = syscalls;
    this.runner = runner;
    this.cgroups = cgroups;
  }

  /**
   * Starts the sandbox's first process. It lives no longer than the calling thread, on which {@link
   * SandboxProcess#waitFor} must be called too.
   *
   * @throws SandboxException when the sandbox could not be set up; a program that cannot be
   *     executed is no exception but an {@link ExitStatus.ExecFailed}
   */
  public SandboxProcess start(SandboxSpec spec) throws IOException {
    HostFacts host = facts();
    Fd executable = trampoline();
    List<Fd> opened = new ArrayList<>();
    Cgroup cgroup = null;
    boolean started = false;
    Syscalls.Pipe status = syscalls.pipe2(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
    try {
      List<Fd> lowers = lowers(spec.root(), opened);
      IdentityHashMap<MountOp, Fd> binds = binds(spec.mounts(), opened);
      IdentityHashMap<MountOp, List<Fd>> stacks = stacks(spec.mounts(), opened);
      cgroup = spec.limits().isNone() ? null : cgroups.create(spec.name(), spec.limits());
      SandboxProgram.Parts parts =
          new SandboxProgram.Parts(
              lowers,
              binds,
              stacks,
              cgroup == null ? List.of() : cgroup.joinFiles(),
              status.readEnd(),
              status.writeEnd(),
              executable,
              host);
      ChildProcess child =
          runner.start(
              SandboxProgram.of(spec, parts),
              SandboxProgram.namespaces(spec),
              unifiedGroup(cgroup, opened));
      started = true;
      return new SandboxProcess(syscalls, child, status.readEnd(), cgroup, spec);
    } catch (ProgramFailedException e) {
      throw new SandboxException(
          "set up the sandbox: " + e.getMessage() + Hints.of(e.step(), e.errno()), e);
    } finally {
      status.writeEnd().close();
      for (Fd copy : opened) {
        copy.close();
      }
      if (!started) {
        status.readEnd().close();
        if (cgroup != null) {
          cgroup.close();
        }
      }
    }
  }

  /** Running sandboxes are not affected. */
  @Override
  public synchronized void close() {
    if (trampoline != null) {
      trampoline.close();
      trampoline = null;
    }
  }

  private synchronized Fd trampoline() throws IOException {
    if (trampoline == null) {
      trampoline =
          MemoryFile.sealedExecutable(syscalls, "jbuild-exec", Trampoline.image(syscalls.arch()));
    }
    return trampoline;
  }

  private synchronized HostFacts facts() throws IOException {
    if (facts == null) {
      facts = HostFacts.read(syscalls);
    }
    return facts;
  }

  /**
   * The child can use only mounts of its own namespace and detached ones (check_mnt and
   * clone_private_mount in the kernel's fs/namespace.c), so each layer becomes a detached copy.
   * That also leaves the caller's detached mounts for the next sandbox, as a copy is used up when
   * it is attached.
   */
  private List<Fd> lowers(RootFilesystem root, List<Fd> opened) throws IOException {
    List<Fd> lowers = new ArrayList<>();
    if (root instanceof RootFilesystem.Overlay overlay) {
      for (Fd lower : overlay.lowers()) {
        lowers.add(DetachedMounts.copyOrSame(syscalls, lower, opened));
      }
    }
    return lowers;
  }

  private IdentityHashMap<MountOp, List<Fd>> stacks(List<MountOp> ops, List<Fd> opened)
      throws IOException {
    IdentityHashMap<MountOp, List<Fd>> stacks = new IdentityHashMap<>();
    for (MountOp op : ops) {
      if (op instanceof MountOp.Stack stack) {
        stacks.put(op, lowers(stack.overlay(), opened));
      }
    }
    return stacks;
  }

  /** By identity: each has a mount of its own, and a record's hashCode takes 10 ms to link. */
  private IdentityHashMap<MountOp, Fd> binds(List<MountOp> ops, List<Fd> opened)
      throws IOException {
    IdentityHashMap<MountOp, Fd> binds = new IdentityHashMap<>();
    for (MountOp op : ops) {
      if (op instanceof MountOp.Bind bind) {
        int flags = AtFlags.EMPTY_PATH | recursive(bind.recursive());
        binds.put(op, copy(bind.source(), ByteString.EMPTY, flags, opened));
      } else if (op instanceof MountOp.HostBind bind) {
        ByteString source = ByteString.of(bind.source().toString());
        binds.put(op, copy(Fd.CWD, source, recursive(bind.recursive()), opened));
      } else if (op instanceof MountOp.DeviceFile file) {
        binds.put(op, copy(Fd.CWD, ByteString.of(file.source().toString()), 0, opened));
      }
    }
    return binds;
  }

  private Fd copy(Fd directory, ByteString path, int flags, List<Fd> opened) throws ErrnoException {
    Fd copy =
        syscalls.openTree(
            directory, path, MountFlags.OPEN_TREE_CLONE | MountFlags.OPEN_TREE_CLOEXEC | flags);
    opened.add(copy);
    return copy;
  }

  private static int recursive(boolean recursive) {
    return recursive ? AtFlags.RECURSIVE : 0;
  }

  private @Nullable Fd unifiedGroup(@Nullable Cgroup cgroup, List<Fd> opened) throws IOException {
    if (cgroup == null) {
      return null;
    }
    Optional<Path> directory = cgroup.unifiedDirectory();
    if (directory.isEmpty()) {
      return null;
    }
    Fd group =
        syscalls.openat(
            Fd.CWD,
            ByteString.of(directory.get().toString()),
            OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC,
            0);
    opened.add(group);
    Optional<byte[]> devices = cgroup.deviceProgram();
    if (devices.isPresent()) {
      syscalls.attachDeviceProgram(group, devices.get());
    }
    return group;
  }
}
