package jbuild.sandbox;

import static jbuild.linux.Arg.NONE;
import static jbuild.linux.Arg.cells;
import static jbuild.linux.Arg.number;
import static jbuild.linux.Arg.string;

import jbuild.io.ByteString;
import jbuild.linux.Arg;
import jbuild.linux.AtFlags;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/**
 * A part of a mount as a detached mount of its own, while the child still has the host's root. Only
 * an attached mount can be cloned before Linux 6.15, so it lies on top of {@code /} for a moment,
 * where no path leads (see {@link OverlayRoot}).
 */
final class HiddenMount {
  private static final long INSIDE = OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_SYMLINKS;
  private static final int OPEN_HOW_SIZE = 24;

  private final SyscallProgram program;
  private final Mounts mounts;

  HiddenMount(SyscallProgram program, Mounts mounts) {
    this.program = program;
    this.mounts = mounts;
  }

  /** The part at {@code path}, empty for all of it, of a detached mount, which is used up. */
  Arg.Slot part(Arg.Slot mount, ByteString path) {
    mounts.attach("what is hidden", mount, Mounts.CWD, "/");
    return partOfAttached(mount, path.isEmpty() ? ByteString.of(".") : path);
  }

  /** The same of a mount that lies on top of the root already. */
  Arg.Slot partOfAttached(Arg.Slot mount, ByteString path) {
    program.call("enter what is hidden", Syscall.FCHDIR, mount);
    // The path has no links, says the caller; with one, this would be the host's file otherwise.
    Arg.Slot place =
        program.call(
            "open " + path,
            Syscall.OPENAT2,
            Mounts.CWD,
            string(path),
            cells(number(OpenFlags.PATH | OpenFlags.CLOEXEC), NONE, number(INSIDE)),
            number(OPEN_HOW_SIZE));
    Arg.Slot part =
        program.call(
            "clone " + path,
            Syscall.OPEN_TREE,
            place,
            Mounts.EMPTY,
            number(MountFlags.OPEN_TREE_CLONE | MountFlags.OPEN_TREE_CLOEXEC | AtFlags.EMPTY_PATH));
    program.call(
        "let go of what is hidden", Syscall.UMOUNT2, string("."), number(MountFlags.MNT_DETACH));
    return part;
  }
}
