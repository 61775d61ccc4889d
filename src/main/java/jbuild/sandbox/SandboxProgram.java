package jbuild.sandbox;

import static jbuild.linux.Arg.NONE;
import static jbuild.linux.Arg.bytes;
import static jbuild.linux.Arg.cells;
import static jbuild.linux.Arg.fd;
import static jbuild.linux.Arg.number;
import static jbuild.linux.Arg.string;
import static jbuild.linux.Arg.strings;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.linux.Arg;
import jbuild.linux.AtFlags;
import jbuild.linux.CloneFlags;
import jbuild.linux.Errno;
import jbuild.linux.Fd;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Signals;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/**
 * From a {@link SandboxSpec} to the calls of the child, in the order that docs/sandbox.md explains.
 * Pure: everything the host has to tell comes in {@link Parts}.
 */
final class SandboxProgram {
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int SIG_SETMASK = 2;
  private static final int SIGNAL_SET_SIZE = 8;
  private static final int SIGACTION_SIZE = 32;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int ABOVE_STANDARD = 10;
  private static final int TRAMPOLINE_FD = Trampoline.STATUS_FD + 1;
  private static final long LAST_DESCRIPTOR = 0xffffffffL;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SIOCSIFFLAGS = 0x8914;
  private static final int IFF_UP_RUNNING = 0x41;
  private static final int S_IFREG = 0100000;
  private static final int IFREQ_SIZE = 40;
  private static final int IFREQ_FLAGS = 16;
  private static final String PROC = "/proc";
  private static final String SYS = "/sys";

  /**
   * What the parent has prepared.
   *
   * @param lowers detached mounts, for each lower layer one
   * @param binds detached mounts, for each of the specification's bind mounts one
   * @param stacks for each of its stacks the same as {@code lowers}
   * @param joinFiles where the child writes itself into version 1 control groups
   * @param aliveRead the parent's end of the status pipe, which the child closes
   * @param aliveWrite the child's end
   * @param trampoline the sealed file to execute
   */
  record Parts(
      List<Fd> lowers,
      IdentityHashMap<MountOp, Fd> binds,
      IdentityHashMap<MountOp, List<Fd>> stacks,
      List<Path> joinFiles,
      Fd aliveRead,
      Fd aliveWrite,
      Fd trampoline,
      HostFacts host) {}

  private final SandboxSpec spec;
  private final Parts parts;
  private final SyscallProgram program = new SyscallProgram();
  private final Mounts mounts = new Mounts(program);

  /** Detached mounts that the child has made itself. */
  private final IdentityHashMap<MountOp, Arg> made = new IdentityHashMap<>();

  private SandboxProgram(SandboxSpec spec, Parts parts) {
    this.spec = spec;
    this.parts = parts;
  }

  /** The namespaces that the child is born in; its control group's comes later. */
  static long namespaces(SandboxSpec spec) {
    long all = CloneFlags.NEWNS | CloneFlags.NEWPID | CloneFlags.NEWUTS | CloneFlags.NEWIPC;
    return spec.network() == NetworkMode.NONE ? all | CloneFlags.NEWNET : all;
  }

  static SyscallProgram of(SandboxSpec spec, Parts parts) {
    SandboxProgram builder = new SandboxProgram(spec, parts);
    builder.build();
    return builder.program;
  }

  private void build() {
    dieWithParent();
    program.call("close the parent's end", Syscall.CLOSE, fd(parts.aliveRead()));
    checkParent(fd(parts.aliveWrite()));
    program.call(
        "unblock all signals",
        Syscall.RT_SIGPROCMASK,
        number(SIG_SETMASK),
        bytes(new byte[SIGNAL_SET_SIZE]),
        NONE,
        number(SIGNAL_SET_SIZE));
    stopIgnoringSignals();
    joinControlGroups();
    program.call(
        "make all mounts private",
        Syscall.MOUNT,
        NONE,
        string("/"),
        NONE,
        number(MountFlags.MS_REC | MountFlags.MS_PRIVATE),
        NONE);
    long harmless = MountFlags.ATTR_NOSUID | MountFlags.ATTR_NODEV | MountFlags.ATTR_NOEXEC;
    Arg.Slot proc = mounts.mount("proc", mounts.open("proc"), harmless);
    Arg.Slot sys =
        mounts.mount(
            "sysfs",
            mounts.open("sysfs"),
            harmless | (spec.insecure() ? 0 : MountFlags.ATTR_RDONLY));
    makeMounts();
    enterRoot();
    // From here on every path is the sandbox's.
    attachMounts(false);
    mounts.attachInRoot(proc, PROC);
    mounts.attachInRoot(sys, SYS);
    program.call("let modes be exact", Syscall.UMASK, NONE);
    new DeviceFiles(program, mounts).make(spec);
    attachMounts(true);
    if (!spec.insecure()) {
      KernelFiles.restrict(program, parts.host());
    }
    if (spec.readOnlyRoot()) {
      mounts.attributes("make the root read-only", Mounts.CWD, "/", 0, MountFlags.ATTR_RDONLY, 0);
    }
    program.call("set the umask", Syscall.UMASK, number(022));
    ByteString hostname = spec.hostname();
    program.call(
        "set the host name", Syscall.SETHOSTNAME, string(hostname), number(hostname.length()));
    if (spec.network() == NetworkMode.NONE) {
      bringLoopbackUp();
    }
    if (spec.network() == NetworkMode.HOST && !spec.insecure()) {
      SocketScope.restrict(program, parts.host());
    }
    placeDescriptors();
    mounts.enter(spec.cwd());
    for (Rlimit limit : spec.rlimits()) { // to raise one needs CAP_SYS_RESOURCE, which drop takes
      program.call(
          "set the limit " + limit.name(),
          Syscall.PRLIMIT64,
          NONE,
          number(limit.number()),
          cells(number(limit.soft()), number(limit.hard())), // struct rlimit64
          NONE);
    }
    Privileges.drop(program, spec, parts.host());
    dieWithParent(); // the change of user has reset it, prctl(2)
    checkParent(number(Trampoline.STATUS_FD));
    List<ByteString> candidates = Trampoline.candidates(spec.argv().get(0), spec.env());
    program.call(
        "execute the trampoline",
        Syscall.EXECVEAT,
        number(TRAMPOLINE_FD),
        Mounts.EMPTY,
        strings(Trampoline.argv(candidates, spec.argv())),
        strings(spec.env()),
        number(AtFlags.EMPTY_PATH));
  }

  private void dieWithParent() {
    program.call(
        "die with the parent",
        Syscall.PRCTL,
        number(PR_SET_PDEATHSIG),
        number(Signals.SIGKILL),
        NONE,
        NONE,
        NONE);
  }

  /** Handlers are gone since clone3(2), CLONE_CLEAR_SIGHAND, but not this. */
  private void stopIgnoringSignals() {
    for (int signal = 1; signal <= 8 * SIGNAL_SET_SIZE; signal++) {
      if ((parts.host().ignoredSignals() >>> (signal - 1) & 1) == 1) {
        program.call(
            "stop ignoring signal " + signal,
            Syscall.RT_SIGACTION,
            number(signal),
            bytes(new byte[SIGACTION_SIZE]), // SIG_DFL is 0
            NONE,
            number(SIGNAL_SET_SIZE));
      }
    }
  }

  /**
   * A parent that died before PR_SET_PDEATHSIG sends no signal any more, and getppid(2) is 0 in a
   * new pid namespace whether it lives or not. But its end of the pipe is closed before it is gone
   * (do_exit), so this write fails with EPIPE.
   */
  private void checkParent(Arg pipe) {
    program.call(
        "check that the parent lives",
        Syscall.WRITE,
        pipe,
        bytes(ExecReport.ALIVE.getBytes(StandardCharsets.US_ASCII)),
        number(1));
  }

  /** The namespace comes after joining, else /proc/self/cgroup shows the path on the host. */
  private void joinControlGroups() {
    for (Path file : parts.joinFiles()) {
      Arg.Slot group =
          program.call(
              "open " + file,
              Syscall.OPENAT,
              Mounts.CWD,
              string(file.toString()),
              number(OpenFlags.WRONLY | OpenFlags.CLOEXEC),
              NONE);
      program.call("join " + file, Syscall.WRITE, group, string("0"), number(1));
    }
    program.call("separate the control groups", Syscall.UNSHARE, number(CloneFlags.NEWCGROUP));
  }

  private void enterRoot() {
    if (spec.root() instanceof RootFilesystem.Overlay overlay) {
      new OverlayRoot(program, mounts).enter(overlay, parts.lowers(), spec.imageDevices());
    }
  }

  private void makeMounts() {
    for (MountOp op : spec.mounts()) {
      if (op instanceof MountOp.Stack stack) {
        List<Fd> lowers = parts.stacks().getOrDefault(op, List.of());
        made.put(
            op, new OverlayRoot(program, mounts).part(stack.overlay(), lowers, stack.inside()));
      } else if (op instanceof MountOp.MemoryFile file) {
        made.put(op, new MemoryMounts(program, mounts).make(file));
      }
    }
  }

  /** Mounts that the caller asked for, on the image's own directories or in /dev and /sys. */
  private void attachMounts(boolean inOwnMounts) {
    for (MountOp op : spec.mounts()) {
      if (Targets.isInOwnMount(op.target()) == inOwnMounts) {
        attach(op);
      }
    }
  }

  private void attach(MountOp op) {
    if (op instanceof MountOp.Tmpfs tmpfs) {
      Arg.Slot context = mounts.open("tmpfs");
      if (tmpfs.sizeBytes() > 0) {
        mounts.option("tmpfs", context, "size", Long.toString(tmpfs.sizeBytes()));
      }
      mounts.option("tmpfs", context, "mode", Integer.toOctalString(tmpfs.mode()));
      long attributes = MountFlags.ATTR_NOSUID | MountFlags.ATTR_NODEV;
      Arg.Slot mount = mounts.mount("tmpfs", context, attributes);
      for (MountOp.Place place : tmpfs.places()) {
        makePlace(mount, place);
      }
      mounts.attachInRoot(mount, op.target());
      return;
    }
    if (op instanceof MountOp.DeviceFile) {
      DeviceFiles.makePlace(program, op.target());
    }
    // Private, or what is mounted below it inside would appear on a host that shares its mounts.
    long attributes =
        (isReadOnly(op) ? MountFlags.ATTR_RDONLY : 0)
            | (op instanceof MountOp.MemoryFile
                ? MountFlags.ATTR_NOSUID | MountFlags.ATTR_NOEXEC
                : 0)
            | (spec.imageDevices() ? 0 : MountFlags.ATTR_NODEV);
    Arg tree = tree(op);
    mounts.attributesOfTree(
        "set up the bind mount " + op.target(), tree, attributes, MountFlags.MS_PRIVATE);
    mounts.attachInRoot(tree, op.target());
  }

  private void makePlace(Arg.Slot mount, MountOp.Place place) {
    BytePath above = BytePath.ROOT;
    for (ByteString name : place.path().names()) {
      above = above.child(name);
      boolean directory = place.isDirectory() || !above.equals(place.path());
      program.callTolerating(
          "make " + above,
          Errno.EEXIST,
          directory ? Syscall.MKDIRAT : Syscall.MKNODAT,
          mount,
          string(above.relative()),
          number(directory ? 0755 : S_IFREG | 0644),
          NONE);
    }
  }

  private Arg tree(MountOp op) {
    Arg own = made.get(op);
    if (own != null) {
      return own;
    }
    Fd prepared = parts.binds().get(op);
    if (prepared == null) {
      throw new IllegalStateException("no mount was prepared for " + op.target());
    }
    return fd(prepared);
  }

  private static boolean isReadOnly(MountOp op) {
    return op instanceof MountOp.DeviceFile
        || op instanceof MountOp.MemoryFile
        || (op instanceof MountOp.Stack stack && stack.readOnly())
        || (op instanceof MountOp.Bind bind && bind.readOnly())
        || (op instanceof MountOp.HostBind hostBind && hostBind.readOnly());
  }

  private void bringLoopbackUp() {
    Arg.Slot socket =
        program.call(
            "open a socket",
            Syscall.SOCKET,
            number(AF_INET),
            number(SOCK_DGRAM | OpenFlags.CLOEXEC),
            NONE);
    byte[] ifreq = Arrays.copyOf("lo".getBytes(StandardCharsets.US_ASCII), IFREQ_SIZE);
    ifreq[IFREQ_FLAGS] = IFF_UP_RUNNING;
    program.call(
        "bring the loopback interface up",
        Syscall.IOCTL,
        socket,
        number(SIOCSIFFLAGS),
        bytes(ifreq));
  }

  /**
   * Leaves 0, 1, 2, the status pipe and the trampoline; everything else is closed here and now, so
   * that no path through /proc/self/fd leads out any more (CVE-2024-21626). All are moved out of
   * the way first, as any of them may have one of the numbers 0 to 4.
   */
  private void placeDescriptors() {
    Arg.Slot in = moveUp("standard input", spec.stdio().in());
    Arg.Slot out = moveUp("standard output", spec.stdio().out());
    Arg.Slot err = moveUp("standard error", spec.stdio().err());
    Arg.Slot status = moveUp("the status pipe", parts.aliveWrite());
    Arg.Slot trampoline = moveUp("the trampoline", parts.trampoline());
    place("standard input", in, 0, 0);
    place("standard output", out, 1, 0);
    place("standard error", err, 2, 0);
    place("the status pipe", status, Trampoline.STATUS_FD, 0);
    place("the trampoline", trampoline, TRAMPOLINE_FD, OpenFlags.CLOEXEC);
    if (spec.newSession()) {
      program.call("start a session", Syscall.SETSID);
    }
    program.call(
        "close everything else",
        Syscall.CLOSE_RANGE,
        number(TRAMPOLINE_FD + 1),
        number(LAST_DESCRIPTOR),
        NONE);
  }

  private Arg.Slot moveUp(String what, Fd descriptor) {
    return program.call(
        "move " + what,
        Syscall.FCNTL,
        fd(descriptor),
        number(F_DUPFD_CLOEXEC),
        number(ABOVE_STANDARD));
  }

  private void place(String what, Arg descriptor, int number, int flags) {
    program.call("place " + what, Syscall.DUP3, descriptor, number(number), number(flags));
  }
}
