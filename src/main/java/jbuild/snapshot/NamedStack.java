package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jbuild.io.ByteString;
import jbuild.linux.CloneFlags;
import jbuild.linux.DetachedMounts;
import jbuild.linux.Fd;
import jbuild.linux.HostPath;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.sandbox.RootFilesystem;

/**
 * Mounts an overlay whose layers the kernel wants to have names ({@link
 * jbuild.sandbox.OverlayMode#BY_PATH}). They get them in a mount namespace that one thread makes
 * for itself and that ends with the thread: nobody sees them, and a kill leaves nothing. What comes
 * out of it is a copy of the overlay's mount, which belongs to no namespace.
 */
final class NamedStack {
  private static final int DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;

  private final Syscalls syscalls;
  private final RootFilesystem.Overlay stack;
  private final String source;
  private final boolean writable;

  NamedStack(Syscalls syscalls, RootFilesystem.Overlay stack, String source, boolean writable) {
    this.syscalls = syscalls;
    this.stack = stack;
    this.source = source;
    this.writable = writable;
  }

  Fd mount(Path place) throws IOException {
    List<Fd> copies = new ArrayList<>();
    try {
      List<Fd> layers = new ArrayList<>();
      for (Fd lower : stack.lowers()) {
        // Made here, because only mounts of the own namespace can be copied.
        layers.add(DetachedMounts.copyOrSame(syscalls, lower, copies));
      }
      return onThread(new FutureTask<>(() -> mountHere(layers, place)));
    } finally {
      copies.forEach(Fd::close);
    }
  }

  private static Fd onThread(FutureTask<Fd> task) throws IOException {
    Thread thread = new Thread(task, "mount layers");
    thread.start();
    try {
      return task.get();
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      String why = cause == null ? failed.toString() : cause.getMessage();
      throw new IOException("mount the layers: " + why, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("mount the layers: interrupted", interrupted);
    }
  }

  /** On a thread of its own, which sees another mount table from here on. */
  private Fd mountHere(List<Fd> layers, Path place) throws IOException {
    syscalls.unshare(CloneFlags.NEWNS);
    syscalls.mount(null, ByteString.of("/"), null, MountFlags.MS_REC | MountFlags.MS_PRIVATE, null);
    try (Fd upper = open(stack.upper());
        Fd work = open(stack.work());
        Fd names = names(place)) {
      String base = "/proc/self/fd/" + names.number() + "/";
      StringBuilder options = new StringBuilder("lowerdir=");
      if (!writable) {
        options.append("/proc/self/fd/").append(upper.number()).append(':');
      }
      for (int i = 0; i < layers.size(); i++) {
        String name = Integer.toString(i);
        syscalls.mkdirat(names, ByteString.of(name), 0700);
        syscalls.moveMount(layers.get(i), names, ByteString.of(name), 0);
        options.append(i == 0 ? "" : ":").append(base).append(name);
      }
      if (writable) {
        options.append(",upperdir=/proc/self/fd/").append(upper.number());
        options.append(",workdir=/proc/self/fd/").append(work.number()).append(",volatile");
      }
      options.append(",redirect_dir=nofollow,metacopy=off,index=off,xino=");
      options.append(stack.xino() ? "on" : "off");
      syscalls.mkdirat(names, ByteString.of("m"), 0700);
      ByteString target = ByteString.of(base + "m");
      syscalls.mount(
          ByteString.of(source),
          target,
          "overlay",
          MountFlags.MS_NODEV | (writable ? 0 : MountFlags.MS_RDONLY),
          ByteString.of(options.toString()));
      return syscalls.openTree(Fd.CWD, target, MountFlags.OPEN_TREE_CLONE);
    }
  }

  private Fd names(Path place) throws IOException {
    try (Fd context = syscalls.fsopen("tmpfs")) {
      syscalls.fsconfigCreate(context);
      Fd names = syscalls.fsmount(context, 0);
      syscalls.moveMount(names, Fd.CWD, HostPath.of(place), 0);
      return names;
    }
  }

  private Fd open(Path directory) throws IOException {
    return syscalls.openat(Fd.CWD, HostPath.of(directory), DIRECTORY, 0);
  }
}
