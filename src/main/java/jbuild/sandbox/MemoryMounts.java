package jbuild.sandbox;

import static jbuild.linux.Arg.bytes;
import static jbuild.linux.Arg.number;
import static jbuild.linux.Arg.string;

import jbuild.io.ByteString;
import jbuild.linux.Arg;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/** Files that are only in memory, each in a file system of its own that nothing else can reach. */
final class MemoryMounts {
  private static final String NAME = "file";

  private final SyscallProgram program;
  private final Mounts mounts;

  MemoryMounts(SyscallProgram program, Mounts mounts) {
    this.program = program;
    this.mounts = mounts;
  }

  /** A detached mount of the file, to be made while the child still has the host's root. */
  Arg.Slot make(MountOp.MemoryFile file) {
    String what = " for " + file.target();
    Arg.Slot context = mounts.open("tmpfs");
    mounts.option("tmpfs", context, "mode", "700");
    Arg.Slot mount = mounts.mount("tmpfs", context, 0);
    Arg.Slot open =
        program.call(
            "make a file" + what,
            Syscall.OPENAT,
            mount,
            string(NAME),
            number(OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.WRONLY | OpenFlags.CLOEXEC),
            number(0600));
    byte[] content = file.content();
    if (content.length > 0) {
      program.call(
          "fill the file" + what, Syscall.WRITE, open, bytes(content), number(content.length));
    }
    program.call(
        "give the file away" + what,
        Syscall.FCHOWNAT,
        mount,
        string(NAME),
        number(file.uid()),
        number(file.gid()),
        number(0));
    program.call("set the mode" + what, Syscall.FCHMODAT, mount, string(NAME), number(file.mode()));
    program.call("close the file" + what, Syscall.CLOSE, open);
    return new HiddenMount(program, mounts).part(mount, ByteString.of(NAME));
  }
}
