package jbuild.sandbox;

import static jbuild.linux.Arg.NONE;
import static jbuild.linux.Arg.number;
import static jbuild.linux.Arg.string;

import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.linux.Arg;
import jbuild.linux.AtFlags;
import jbuild.linux.Errno;
import jbuild.linux.MountFlags;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/** The sandbox's /dev: the runtime specification's default devices and nothing of the host's. */
final class DeviceFiles {
  private static final int S_IFREG = 0100000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;
  private static final int LOOP_DEVICES = 8;
  private static final int TTY_GROUP = 5;

  private record Node(String name, int major, int minor) {}

  /** Documentation/admin-guide/devices.txt. */
  private static final List<Node> NODES =
      List.of(
          new Node("null", 1, 3),
          new Node("zero", 1, 5),
          new Node("full", 1, 7),
          new Node("random", 1, 8),
          new Node("urandom", 1, 9),
          new Node("tty", 5, 0));

  private static final String[] LINKS = {
    "fd", "/proc/self/fd",
    "stdin", "/proc/self/fd/0",
    "stdout", "/proc/self/fd/1",
    "stderr", "/proc/self/fd/2",
    "ptmx", "pts/ptmx"
  };

  private final SyscallProgram program;
  private final Mounts mounts;

  DeviceFiles(SyscallProgram program, Mounts mounts) {
    this.program = program;
    this.mounts = mounts;
  }

  void make(SandboxSpec spec) {
    Arg.Slot context = mounts.open("tmpfs");
    mounts.option("tmpfs", context, "mode", "755");
    mounts.option("tmpfs", context, "size", "64k");
    Arg.Slot dev =
        mounts.mount("tmpfs", context, MountFlags.ATTR_NOSUID | MountFlags.ATTR_STRICTATIME);
    mounts.attachInRoot(dev, "/dev");
    for (Node node : NODES) {
      make(dev, node, S_IFCHR | 0666);
    }
    if (spec.insecure()) {
      makeLoopDevices(dev);
    }
    if (!spec.imageDevices()) {
      keepDevicesToThese(dev);
    }
    for (int i = 0; i < LINKS.length; i += 2) {
      program.call(
          "link /dev/" + LINKS[i], Syscall.SYMLINKAT, string(LINKS[i + 1]), dev, string(LINKS[i]));
    }
    directory(dev, "pts", 0755);
    directory(dev, "shm", 01777);
    directory(dev, "mqueue", 0755);
    long noExec = MountFlags.MS_NOSUID | MountFlags.MS_NOEXEC;
    mounts.classic(
        "devpts",
        "/dev/pts",
        "devpts",
        noExec,
        "newinstance,ptmxmode=0666,mode=0620,gid=" + TTY_GROUP);
    String shm = "mode=1777,size=" + spec.shmBytes();
    mounts.classic("shm", "/dev/shm", "tmpfs", noExec | MountFlags.MS_NODEV, shm);
    mounts.classic("mqueue", "/dev/mqueue", "mqueue", noExec | MountFlags.MS_NODEV, "");
  }

  private void make(Arg dev, Node node, int mode) {
    program.call(
        "make /dev/" + node.name(),
        Syscall.MKNODAT,
        dev,
        string(node.name()),
        number(mode),
        number((long) node.major() << 8 | node.minor())); // makedev(3) for small numbers
  }

  /** As BuildKit does for insecure steps (util/entitlements/security). */
  private void makeLoopDevices(Arg dev) {
    make(dev, new Node("loop-control", 10, 237), S_IFCHR | 0660);
    for (int i = 0; i < LOOP_DEVICES; i++) {
      make(dev, new Node("loop" + i, 7, i), S_IFBLK | 0660);
    }
  }

  /** Makes an empty file in a /dev that {@link #make} has made, and the directories above it. */
  static void makePlace(SyscallProgram program, BytePath file) {
    List<ByteString> names = file.names();
    BytePath place = BytePath.ROOT.child(names.get(0));
    for (ByteString name : names.subList(1, names.size() - 1)) {
      place = place.child(name);
      program.callTolerating(
          "make " + place,
          Errno.EEXIST,
          Syscall.MKDIRAT,
          Mounts.CWD,
          string(place.toByteString()),
          number(0755));
    }
    program.callTolerating(
        "make " + file,
        Errno.EEXIST,
        Syscall.MKNODAT,
        Mounts.CWD,
        string(file.toByteString()),
        number(S_IFREG | 0444),
        NONE);
  }

  /** A bind mount of a node keeps its flags when the mount around it becomes nodev. */
  private void keepDevicesToThese(Arg dev) {
    for (Node node : NODES) {
      String path = "/dev/" + node.name();
      program.call(
          "keep " + path,
          Syscall.MOUNT,
          string(path),
          string(path),
          NONE,
          number(MountFlags.MS_BIND),
          NONE);
    }
    mounts.attributes(
        "refuse other devices", dev, "", AtFlags.EMPTY_PATH, MountFlags.ATTR_NODEV, 0);
  }

  private void directory(Arg dev, String name, int mode) {
    program.call("make /dev/" + name, Syscall.MKDIRAT, dev, string(name), number(mode));
  }
}
