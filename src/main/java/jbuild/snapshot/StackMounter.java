package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.linux.Fd;
import jbuild.linux.HostPath;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.sandbox.OverlayMode;
import jbuild.sandbox.RootFilesystem;

/**
 * Makes a prepared stack into a detached mount that this process holds, to be attached anywhere;
 * Documentation/filesystems/overlayfs.rst. Sandboxes make theirs themselves, out of sight.
 *
 * <p>Without writing, the upper directory becomes the topmost lower one: it is empty, but says what
 * the root directory is (docs/testing.md, T6), and an overlay of lower directories wants two.
 */
public final class StackMounter {
  private static final int DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;

  private final Syscalls syscalls;

  public StackMounter(Syscalls syscalls) {
    this.syscalls = syscalls;
  }

  /**
   * Mounts the overlay, nodev.
   *
   * @param source what mount tables show as the source
   * @param place a directory that can be mounted on where nobody sees it
   */
  public Fd mount(RootFilesystem.Overlay stack, String source, boolean writable, Path place)
      throws IOException {
    return stack.mode() == OverlayMode.BY_DESCRIPTOR
        ? byDescriptor(stack, source, writable)
        : new NamedStack(syscalls, stack, source, writable).mount(place);
  }

  private Fd byDescriptor(RootFilesystem.Overlay stack, String source, boolean writable)
      throws IOException {
    List<Fd> opened = new ArrayList<>();
    try (Fd context = syscalls.fsopen("overlay")) {
      syscalls.fsconfigString(context, "source", ByteString.of(source));
      Fd upper = open(stack.upper(), opened);
      if (!writable) {
        syscalls.fsconfigFd(context, "lowerdir+", upper);
      }
      for (Fd lower : stack.lowers()) {
        syscalls.fsconfigFd(context, "lowerdir+", lower);
      }
      if (writable) {
        syscalls.fsconfigFd(context, "upperdir", upper);
        syscalls.fsconfigFd(context, "workdir", open(stack.work(), opened));
        syscalls.fsconfigFlag(context, "volatile");
      }
      option(context, "xino", stack.xino() ? "on" : "off");
      option(context, "redirect_dir", "nofollow");
      option(context, "metacopy", "off");
      option(context, "index", "off");
      syscalls.fsconfigCreate(context);
      return syscalls.fsmount(
          context, MountFlags.ATTR_NODEV | (writable ? 0 : MountFlags.ATTR_RDONLY));
    } finally {
      opened.forEach(Fd::close);
    }
  }

  private void option(Fd context, String key, String value) throws IOException {
    syscalls.fsconfigString(context, key, ByteString.of(value));
  }

  private Fd open(Path directory, List<Fd> opened) throws IOException {
    Fd fd = syscalls.openat(Fd.CWD, HostPath.of(directory), DIRECTORY, 0);
    opened.add(fd);
    return fd;
  }
}
