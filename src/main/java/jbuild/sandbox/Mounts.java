package jbuild.sandbox;

import static jbuild.linux.Arg.NONE;
import static jbuild.linux.Arg.cells;
import static jbuild.linux.Arg.number;
import static jbuild.linux.Arg.string;

import jbuild.io.BytePath;
import jbuild.linux.Arg;
import jbuild.linux.AtFlags;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/** The mount calls as steps of a program; fsopen(2) and its relatives. */
final class Mounts {
  static final Arg CWD = number(-100); // AT_FDCWD
  static final Arg EMPTY = string("");

  private static final long RESOLVE_FIXED =
      OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_SYMLINKS;
  private static final long RESOLVE_LINKS =
      OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS;
  private static final int OPEN_HOW_SIZE = 24;
  private static final int MOUNT_ATTR_SIZE = 32;

  private final SyscallProgram program;

  Mounts(SyscallProgram program) {
    this.program = program;
  }

  /** A new file system context. As its source, which df(1) and mount(8) show, it names itself. */
  Arg.Slot open(String type) {
    Arg.Slot context =
        program.call(
            "open file system " + type,
            Syscall.FSOPEN,
            string(type),
            number(MountFlags.FSOPEN_CLOEXEC));
    option(type, context, "source", type);
    return context;
  }

  void flag(String type, Arg context, String key) {
    program.call(
        "configure " + type + ": " + key,
        Syscall.FSCONFIG,
        context,
        number(MountFlags.FSCONFIG_SET_FLAG),
        string(key),
        NONE,
        NONE);
  }

  /** {@code value} has at most 255 bytes, fsconfig(2). */
  void option(String type, Arg context, String key, String value) {
    program.call(
        "configure " + type + ": " + key + "=" + value,
        Syscall.FSCONFIG,
        context,
        number(MountFlags.FSCONFIG_SET_STRING),
        string(key),
        string(value),
        NONE);
  }

  void descriptor(String type, Arg context, String key, Arg value) {
    program.call(
        "configure " + type + ": " + key,
        Syscall.FSCONFIG,
        context,
        number(MountFlags.FSCONFIG_SET_FD),
        string(key),
        NONE,
        value);
  }

  /** Makes the superblock and a detached mount of it. */
  Arg.Slot mount(String type, Arg context, long attributes) {
    program.call(
        "make file system " + type,
        Syscall.FSCONFIG,
        context,
        number(MountFlags.FSCONFIG_CMD_CREATE),
        NONE,
        NONE,
        NONE);
    return program.call(
        "mount file system " + type,
        Syscall.FSMOUNT,
        context,
        number(MountFlags.FSMOUNT_CLOEXEC),
        number(attributes));
  }

  /** Attaches a detached mount at {@code path} seen from {@code directory}. */
  void attach(String what, Arg mount, Arg directory, String path) {
    program.call(
        "attach " + what,
        Syscall.MOVE_MOUNT,
        mount,
        EMPTY,
        directory,
        string(path),
        number(MountFlags.MOVE_MOUNT_F_EMPTY_PATH));
  }

  /**
   * Attaches a detached mount at {@code target} in the root. The sandbox's own mounts accept no
   * symbolic link on the way: an image with a link for its /proc is refused rather than left
   * without the protections that are mounted over it.
   */
  void attachInRoot(Arg mount, String target) {
    attachAt(mount, target, openTarget(BytePath.parse(target), RESOLVE_FIXED, true));
  }

  /** Attaches a mount that the caller asked for; links are followed inside the root. */
  void attachInRoot(Arg mount, BytePath target) {
    attachAt(mount, target.toString(), openTarget(target, RESOLVE_LINKS, false));
  }

  private void attachAt(Arg mount, String target, Arg place) {
    program.call(
        "attach " + target,
        Syscall.MOVE_MOUNT,
        mount,
        EMPTY,
        place,
        EMPTY,
        number(MountFlags.MOVE_MOUNT_F_EMPTY_PATH | MountFlags.MOVE_MOUNT_T_EMPTY_PATH));
  }

  /**
   * Fails with EXDEV if something is still mounted on top of the root: {@code /..} would lead
   * there, as path lookup at the root goes up nowhere and then crosses to what is mounted
   * (follow_dotdot in the kernel's fs/namei.c).
   */
  void checkNothingCovers() {
    program.call(
        "check that nothing covers the root",
        Syscall.OPENAT2,
        CWD,
        string(".."),
        cells(number(OpenFlags.PATH | OpenFlags.CLOEXEC), NONE, number(OpenFlags.RESOLVE_NO_XDEV)),
        number(OPEN_HOW_SIZE));
  }

  /** Makes {@code directory} the working directory. No link of /proc may lead there. */
  void enter(BytePath directory) {
    Arg.Slot opened = open("go to " + directory, directory, RESOLVE_LINKS, true);
    program.call("go to " + directory, Syscall.FCHDIR, opened);
  }

  private Arg.Slot openTarget(BytePath target, long resolve, boolean directory) {
    return open("open mount point " + target, target, resolve, directory);
  }

  private Arg.Slot open(String step, BytePath path, long resolve, boolean directory) {
    long flags = OpenFlags.PATH | OpenFlags.CLOEXEC | (directory ? OpenFlags.DIRECTORY : 0);
    return program.call(
        step,
        Syscall.OPENAT2,
        CWD,
        string(path.toByteString()),
        cells(number(flags), NONE, number(resolve)), // struct open_how
        number(OPEN_HOW_SIZE));
  }

  /** Changes attributes and propagation of a mount; mount_setattr(2). */
  void attributes(String step, Arg mount, String path, int flags, long set, long propagation) {
    program.call(
        step,
        Syscall.MOUNT_SETATTR,
        mount,
        string(path),
        number(flags),
        cells(number(set), NONE, number(propagation), NONE), // struct mount_attr
        number(MOUNT_ATTR_SIZE));
  }

  /** As {@link #attributes} for the detached mount itself and all below it. */
  void attributesOfTree(String step, Arg mount, long set, long propagation) {
    attributes(step, mount, "", AtFlags.EMPTY_PATH | AtFlags.RECURSIVE, set, propagation);
  }

  /** The classic mount(2), for places inside mounts that this program has made itself. */
  void classic(String source, String target, String type, long flags, String data) {
    program.call(
        "mount " + target,
        Syscall.MOUNT,
        string(source),
        string(target),
        string(type),
        number(flags),
        data.isEmpty() ? NONE : string(data));
  }
}
