package jbuild.layer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.AtFlags;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;

/**
 * Turns what overlayfs left in an upperdir into a change set (Documentation/filesystems/
 * overlayfs.rst). Only metadata is read, contents are {@link DiskFile}s; but a file that looks like
 * the one below in all else is compared with it byte by byte.
 *
 * <ul>
 *   <li>A device 0:0 is a {@link Whiteout}, if there is something below to hide.
 *   <li>A directory marked opaque is an opaque one, if a directory is below. Overlayfs marks every
 *       new one.
 *   <li>What was copied up and not changed is left out, and so are directories that are as below
 *       and have nothing left in them.
 *   <li>Hard links within the upperdir are kept. Overlayfs copies up single names of a file that
 *       has several below; they become files of their own, in the layer as in the mount.
 *   <li>Sockets are left out. Where one hides something below, a whiteout stands for it.
 * </ul>
 */
public final class UpperdirScanner {
  private final Syscalls syscalls;
  private final boolean userxattr;

  /**
   * What an upperdir says.
   *
   * @param tree the change set; its root is implied if it is as below
   * @param sockets that are in the upperdir but in no layer
   */
  public record Changes(LayerTree tree, List<BytePath> sockets) {
    public Changes {
      sockets = List.copyOf(sockets);
    }
  }

  /** {@code userxattr} as the mount option: the marks are user.overlay.*, not trusted.overlay.*. */
  public UpperdirScanner(Syscalls syscalls, boolean userxattr) {
    this.syscalls = syscalls;
    this.userxattr = userxattr;
  }

  /**
   * What the upperdir changes of {@code lower}. Nothing may write to it until the contents of the
   * tree have been read.
   *
   * @throws LayerException when the upperdir holds what no layer can say: redirects, or names that
   *     begin with {@code .wh.}
   */
  public Changes scan(Path upperdir, TreeView lower) throws IOException {
    ByteString path = LongPath.of(upperdir);
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    try (Fd upper = syscalls.openat(Fd.CWD, path, flags, 0)) {
      OverlayMarks marks = new OverlayMarks(userxattr ? "user.overlay." : "trusted.overlay.");
      return new UpperdirScan(syscalls, marks, lower).run(upper);
    } catch (ErrnoException e) {
      throw HostFailure.of("read changes in", path.toString(), e);
    }
  }

  /**
   * Takes the sockets out of the upperdir, so that it shows as a lowerdir what the layer shows.
   * Where a socket hid an entry below, a whiteout takes its place. The directories keep their
   * times.
   */
  public void removeSockets(Path upperdir, Changes changes) throws IOException {
    ByteString path = LongPath.of(upperdir);
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    try (Fd upper = syscalls.openat(Fd.CWD, path, flags, 0)) {
      for (BytePath socket : changes.sockets()) {
        ByteString parentPath = socket.parent().relative();
        try (Fd parent = LongPath.openDirectory(syscalls, upper, parentPath)) {
          boolean hides = changes.tree().lookup(socket) instanceof Whiteout;
          removeSocket(parent, socket.name(), hides);
        }
      }
    } catch (ErrnoException e) {
      throw HostFailure.of("remove sockets from", path.toString(), e);
    }
  }

  private void removeSocket(Fd parent, ByteString name, boolean hides) throws ErrnoException {
    FileStat before = syscalls.fstat(parent);
    syscalls.unlinkat(parent, name, 0);
    if (hides) {
      syscalls.mknodat(parent, name, FileType.CHARACTER_DEVICE.modeBits(), 0, 0);
    }
    syscalls.utimensat(
        parent, ByteString.EMPTY, before.mtimeSeconds(), before.mtimeNanos(), AtFlags.EMPTY_PATH);
  }
}
