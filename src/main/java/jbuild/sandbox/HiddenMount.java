package jbuild.sandbox;

import static jbuild.linux.Arg.number;
import static jbuild.linux.Arg.string;

import jbuild.io.ByteString;
import jbuild.linux.Arg;
import jbuild.linux.AtFlags;
import jbuild.linux.MountFlags;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/**
 * A part of a mount as a detached mount of its own, while the child still has the host's root. Only
 * an attached mount can be cloned before Linux 6.15, so it lies on top of {@code /} for a moment,
 * where no path leads (see {@link OverlayRoot}).
 */
final class HiddenMount {
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
    Arg.Slot part =
        program.call(
            "open " + path,
            Syscall.OPEN_TREE,
            Mounts.CWD,
            string(path),
            number(
                MountFlags.OPEN_TREE_CLONE
                    | MountFlags.OPEN_TREE_CLOEXEC
                    | AtFlags.SYMLINK_NOFOLLOW));
    program.call(
        "let go of what is hidden", Syscall.UMOUNT2, string("."), number(MountFlags.MNT_DETACH));
    return part;
  }
}
