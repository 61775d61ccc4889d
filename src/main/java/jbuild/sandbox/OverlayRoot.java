package jbuild.sandbox;

import static jbuild.linux.Arg.NONE;
import static jbuild.linux.Arg.number;
import static jbuild.linux.Arg.string;

import java.nio.file.Path;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.linux.Arg;
import jbuild.linux.Fd;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/**
 * Makes the overlay and turns it into the root; Documentation/filesystems/overlayfs.rst,
 * pivot_root(2).
 *
 * <p>Nothing needs a mount point on the host: new mounts are attached on top of {@code /} itself,
 * where no path of the child leads, because path lookup starts below them; descriptors and the
 * working directory lead there.
 */
final class OverlayRoot {
  private static final String ROOT = "/";

  /** Where the overlay is, among the layers' names. */
  private static final String OVERLAY = "m";

  private final SyscallProgram program;
  private final Mounts mounts;

  OverlayRoot(SyscallProgram program, Mounts mounts) {
    this.program = program;
    this.mounts = mounts;
  }

  /**
   * @param lowers detached mounts, one for each of the overlay's, top first
   * @param devices whether device files on it can be opened
   */
  void enter(RootFilesystem.Overlay overlay, List<Fd> lowers, boolean devices) {
    if (overlay.mode() == OverlayMode.BY_DESCRIPTOR) {
      Arg.Slot root = byDescriptor(overlay, lowers, devices ? 0 : MountFlags.ATTR_NODEV);
      mounts.attach("the root", root, Mounts.CWD, ROOT);
      program.call("enter the root", Syscall.FCHDIR, root);
    } else {
      byPath(overlay, lowers, devices ? 0 : MountFlags.MS_NODEV);
      program.call("enter the root", Syscall.CHDIR, string(OVERLAY));
    }
    turn();
    if (overlay.mode() == OverlayMode.BY_PATH) {
      letGo("the layers' names"); // mounted on the host's root, so on top of it now too
    }
    letGo("the host's root");
    program.call("go to the root", Syscall.CHDIR, string(ROOT));
    mounts.checkNothingCovers();
  }

  /**
   * A detached mount of what lies at {@code inside} another stack, made before {@link #enter}.
   *
   * @param lowers as there
   */
  Arg.Slot part(RootFilesystem.Overlay overlay, List<Fd> lowers, BytePath inside) {
    if (overlay.mode() == OverlayMode.BY_DESCRIPTOR) {
      Arg.Slot stack = byDescriptor(overlay, lowers, MountFlags.ATTR_NODEV);
      return new HiddenMount(program, mounts).part(stack, inside.relative());
    }
    Arg.Slot names = byPath(overlay, lowers, MountFlags.MS_NODEV);
    ByteString path = ByteString.of(OVERLAY + "/").concat(inside.relative());
    return new HiddenMount(program, mounts).partOfAttached(names, path);
  }

  private Arg.Slot byDescriptor(RootFilesystem.Overlay overlay, List<Fd> lowers, long attributes) {
    Arg.Slot context = mounts.open("overlay");
    for (Fd lower : lowers) {
      mounts.descriptor("overlay", context, "lowerdir+", Arg.fd(lower));
    }
    mounts.descriptor("overlay", context, "upperdir", directory(overlay.upper()));
    mounts.descriptor("overlay", context, "workdir", directory(overlay.work()));
    mounts.flag("overlay", context, "volatile");
    mounts.option("overlay", context, "xino", xino(overlay));
    // What a distribution's kernel may switch on by default, and a layer cannot express.
    mounts.option("overlay", context, "redirect_dir", "nofollow");
    mounts.option("overlay", context, "metacopy", "off");
    mounts.option("overlay", context, "index", "off");
    return mounts.mount("overlay", context, attributes);
  }

  /** The result is the mount that holds the names, on top of the root and entered. */
  private Arg.Slot byPath(RootFilesystem.Overlay overlay, List<Fd> lowers, long flags) {
    Arg.Slot names = mounts.mount("tmpfs", mounts.open("tmpfs"), 0);
    mounts.attach("the layers' names", names, Mounts.CWD, ROOT);
    program.call("enter the layers' names", Syscall.FCHDIR, names);
    StringBuilder options = new StringBuilder("lowerdir=");
    for (int i = 0; i < lowers.size(); i++) {
      String name = Integer.toString(i);
      makeDirectory(name);
      mounts.attach("layer " + name, Arg.fd(lowers.get(i)), Mounts.CWD, name);
      options.append(i == 0 ? "" : ":").append(name);
    }
    // Short, and free of the commas, colons and backslashes that the options would need escaped.
    link(overlay.upper(), "u");
    link(overlay.work(), "w");
    makeDirectory(OVERLAY);
    options.append(",upperdir=u,workdir=w,volatile,redirect_dir=nofollow,metacopy=off,index=off");
    options.append(",xino=").append(xino(overlay));
    program.call(
        "mount the overlay",
        Syscall.MOUNT,
        string("overlay"),
        string(OVERLAY),
        string("overlay"),
        number(flags),
        string(options.toString()));
    return names;
  }

  /**
   * Makes the working directory the root and puts the old root on top of it, so that no directory
   * for that is needed (pivot_root(2), NOTES).
   */
  private void turn() {
    program.call("turn the root", Syscall.PIVOT_ROOT, string("."), string("."));
  }

  /** Takes the topmost mount off the working directory, which umount2(2) looks up under it. */
  private void letGo(String what) {
    program.call("let go of " + what, Syscall.UMOUNT2, string("."), number(MountFlags.MNT_DETACH));
  }

  private Arg.Slot directory(Path path) {
    return program.call(
        "open " + path,
        Syscall.OPENAT,
        Mounts.CWD,
        string(bytes(path)),
        number(OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC),
        NONE);
  }

  private void makeDirectory(String name) {
    program.call("name " + name, Syscall.MKDIRAT, Mounts.CWD, string(name), number(0700));
  }

  private void link(Path target, String name) {
    program.call(
        "name " + target, Syscall.SYMLINKAT, string(bytes(target)), Mounts.CWD, string(name));
  }

  private static String xino(RootFilesystem.Overlay overlay) {
    return overlay.xino() ? "on" : "off";
  }

  /** Absolute: the child changes its working directory. */
  private static ByteString bytes(Path path) {
    return ByteString.of(path.toAbsolutePath().toString());
  }
}
