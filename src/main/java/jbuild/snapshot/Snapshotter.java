package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import jbuild.io.ByteString;
import jbuild.layer.Attributes;
import jbuild.layer.IndexStore;
import jbuild.layer.LayerUnit;
import jbuild.layer.TreeView;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.oci.Platform;
import jbuild.sandbox.OverlayMode;
import jbuild.sandbox.RootFilesystem;
import jbuild.store.DataRoot;
import jbuild.store.WorkDirs;
import org.jspecify.annotations.Nullable;

/**
 * Makes stacks of layers into roots to run on. Layers that were made mountable once stay so until
 * this is closed, so that the steps of a build share them and their page cache.
 */
public final class Snapshotter implements AutoCloseable {
  private final Syscalls syscalls;
  private final Ladder ladder;
  private final SharedMounts shared;
  private final Map<String, Fd> mounted = new HashMap<>();
  private @Nullable OverlayMode overlayMode;

  private Snapshotter(Syscalls syscalls, Ladder ladder, SharedMounts shared) {
    this.syscalls = syscalls;
    this.ladder = ladder;
    this.shared = shared;
  }

  /**
   * Makes one that finds the best rung that works here, or uses the one it is told.
   *
   * @param forced the one rung to use, or null to find the best that works here
   */
  public static Snapshotter create(
      Syscalls syscalls,
      DataRoot root,
      IndexStore indexes,
      WorkDirs workDirs,
      @Nullable Rung forced)
      throws IOException {
    Ladder ladder;
    Function<Rung, LayerMounter> mounters =
        new Function<>() {
          @Override
          public LayerMounter apply(Rung rung) {
            return switch (rung) {
              case EROFS -> new ErofsMounter(syscalls);
              case LOOP -> new LoopMounter(syscalls);
              case DIRECTORY -> new DirectoryMounter(syscalls, root, indexes, workDirs);
            };
          }
        };
    if (forced != null) {
      ladder = Ladder.forced(mounters, forced);
    } else {
      ladder = Ladder.probing(mounters, root, System.getProperty("os.version", ""));
    }
    return new Snapshotter(syscalls, ladder, new SharedMounts(syscalls, root));
  }

  /** The way layers are made mountable; the best one until a layer was mounted. */
  public Rung rung() {
    return ladder.rung();
  }

  /**
   * Prepares a root on {@code units} (bottom first, as {@link IndexStore#units} gives them) and on
   * top of them {@code directories} (bottom first), with what {@code mountPoints} adds.
   *
   * @param below the same stack as a tree; its root says what the new root directory is
   * @param platform what the programs of the image are made for
   * @param place an empty directory of the caller's, on a file system that can hold an upperdir
   */
  public ActiveSnapshot prepare(
      List<LayerUnit> units,
      List<Path> directories,
      TreeView below,
      MountPoints mountPoints,
      Platform platform,
      Path place)
      throws IOException {
    Path upper = Files.createDirectory(place.resolve("upper"));
    Path work = Files.createDirectory(place.resolve("work"));
    List<Path> tops = new ArrayList<>(directories);
    tops.addAll(mountPoints.write(syscalls, place.resolve("stubs")));
    List<Fd> lowers = new ArrayList<>();
    List<Fd> owned = new ArrayList<>();
    try {
      for (LayerUnit unit : units) {
        lowers.add(layer(unit));
      }
      for (Path directory : tops) {
        Fd opened = open(directory);
        lowers.add(opened);
        owned.add(opened);
      }
      if (lowers.isEmpty()) {
        // overlayfs wants a lower directory; scratch has none to give
        Fd empty = open(Files.createDirectory(place.resolve("scratch")));
        lowers.add(empty);
        owned.add(empty);
      }
      setRootAttributes(upper, below.rootAttributes());
      Collections.reverse(lowers);
      // With it the numbers of inodes have 64 bits, and stat(2) fails for programs that know only
      // 32 (docs/testing.md, T3).
      boolean xino = !platform.is32Bit();
      return new ActiveSnapshot(
          upper, new RootFilesystem.Overlay(lowers, upper, work, overlayMode(lowers), xino), owned);
    } catch (IOException | RuntimeException failed) {
      owned.forEach(Fd::close);
      throw failed;
    }
  }

  private synchronized Fd layer(LayerUnit unit) throws IOException {
    Fd known = mounted.get(unit.key());
    if (known == null) {
      known = mount(unit);
      mounted.put(unit.key(), known);
    }
    return known;
  }

  private Fd mount(LayerUnit unit) throws IOException {
    Rung rung = ladder.rung();
    Fd borrowed = rung == Rung.DIRECTORY ? null : shared.borrow(rung, unit);
    Fd mount = borrowed == null ? ladder.mount(unit) : borrowed;
    if (ladder.rung() != Rung.DIRECTORY) {
      try {
        shared.lend(ladder.rung(), unit, mount);
      } catch (IOException failed) {
        mount.close();
        throw failed;
      }
    }
    return mount;
  }

  private Fd open(Path directory) throws ErrnoException {
    return syscalls.openat(
        Fd.CWD,
        ByteString.of(directory.toString()),
        OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC,
        0);
  }

  /**
   * The root of an overlay is what its upper directory says, so that must say what the image does
   * (docs/testing.md, T6).
   */
  private void setRootAttributes(Path upper, Attributes attributes) throws ErrnoException {
    ByteString path = ByteString.of(upper.toString());
    syscalls.fchownat(Fd.CWD, path, attributes.uid(), attributes.gid(), 0);
    syscalls.fchmodat(Fd.CWD, path, attributes.mode());
    for (Map.Entry<ByteString, byte[]> xattr : attributes.xattrs().entrySet()) {
      syscalls.setxattr(Fd.CWD, path, xattr.getKey(), xattr.getValue());
    }
    syscalls.utimensat(Fd.CWD, path, attributes.mtimeSeconds(), attributes.mtimeNanos(), 0);
  }

  /** Whether the kernel takes layers by descriptor is found by giving it one. */
  private synchronized OverlayMode overlayMode(List<Fd> lowers) throws IOException {
    OverlayMode known = overlayMode;
    if (known == null) {
      known = OverlayMode.BY_DESCRIPTOR;
      try (Fd context = syscalls.fsopen("overlay")) {
        syscalls.fsconfigFd(context, "lowerdir+", lowers.get(0));
      } catch (ErrnoException refused) {
        // EOPNOTSUPP: before Linux 6.5 overlayfs takes no descriptors whatever.
        if (!refused.is(Errno.EINVAL)
            && !refused.is(Errno.EBADF)
            && !refused.is(Errno.EOPNOTSUPP)) {
          throw refused;
        }
        known = OverlayMode.BY_PATH;
      }
      overlayMode = known;
    }
    return known;
  }

  /** Gives up all layers. Sandboxes that run on them keep them until they end. */
  @Override
  public synchronized void close() throws IOException {
    try {
      shared.withdraw();
    } finally {
      for (Fd mount : mounted.values()) {
        if (!shared.isLent(mount)) {
          mount.close();
        }
      }
      mounted.clear();
    }
  }
}
