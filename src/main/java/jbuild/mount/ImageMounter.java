package jbuild.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import jbuild.io.ByteString;
import jbuild.layer.IndexStore;
import jbuild.layer.LayerUnit;
import jbuild.layer.UnionTree;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.HostPath;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.sandbox.RootFilesystem;
import jbuild.snapshot.ActiveSnapshot;
import jbuild.snapshot.MountPoints;
import jbuild.snapshot.Snapshotter;
import jbuild.snapshot.StackMounter;
import jbuild.store.DataRoot;
import jbuild.store.Image;
import jbuild.store.StoreLock;
import jbuild.store.WorkDirs;
import org.jspecify.annotations.Nullable;

/** Mounts images in the mount namespace of this process, which is the caller's. */
public final class ImageMounter {
  private static final int ID_BYTES = 6;

  private final Syscalls syscalls;
  private final DataRoot root;
  private final MountStore store;
  private final Snapshotter snapshotter;
  private final IndexStore indexes;
  private final WorkDirs workDirs;

  public ImageMounter(
      Syscalls syscalls,
      DataRoot root,
      MountStore store,
      Snapshotter snapshotter,
      IndexStore indexes,
      WorkDirs workDirs) {
    this.syscalls = syscalls;
    this.root = root;
    this.store = store;
    this.snapshotter = snapshotter;
    this.indexes = indexes;
    this.workDirs = workDirs;
  }

  /**
   * Mounts {@code image}.
   *
   * @param typed how the user calls it
   * @param directory where to mount it; null for a place of its own below the data root
   * @param writable whether it can be written to, until it is unmounted
   * @return where it is mounted
   */
  public Path mount(Image image, String typed, @Nullable Path directory, boolean writable)
      throws IOException {
    Path point = directory == null ? null : existing(typed, directory);
    String id = randomId();
    List<LayerUnit> units = indexes.units(image.diffIds());
    // Until then it is a work directory of this process, swept when the process is killed.
    try (WorkDirs.WorkDir draft = workDirs.create();
        UnionTree tree = UnionTree.open(units);
        ActiveSnapshot snapshot =
            snapshotter.prepare(
                units,
                List.of(),
                tree,
                new MountPoints(tree),
                image.config().platform(),
                draft.path())) {
      MountRecord record =
          new MountRecord(
              id,
              typed,
              image.id(),
              image.descriptor().digest(),
              writable,
              MountRecord.thisBoot(),
              root.owner().namespace());
      Files.write(
          draft.path().resolve(MountRecord.FILE), record.print(), StandardOpenOption.CREATE_NEW);
      if (point == null) {
        Files.createDirectory(draft.path().resolve("root"));
      }
      return attach(snapshot.root(), draft.path(), record, point);
    }
  }

  /** Record and mount appear together, as seen by those who take the lock. */
  @SuppressWarnings("try") // the lock is held, not looked at
  private Path attach(
      RootFilesystem.Overlay stack, Path draft, MountRecord record, @Nullable Path directory)
      throws IOException {
    boolean attached = false;
    try (StoreLock lock = store.lock()) {
      Path place = store.adopt(draft, record.id());
      Path point = directory == null ? place.resolve("root") : directory;
      RootFilesystem.Overlay moved =
          new RootFilesystem.Overlay(
              stack.lowers(),
              place.resolve(draft.relativize(stack.upper())),
              place.resolve(draft.relativize(stack.work())),
              stack.mode(),
              stack.xino());
      String source = MountScan.SOURCE + record.id();
      try (Fd mount = new StackMounter(syscalls).mount(moved, source, record.writable(), place);
          Fd target = open(point)) {
        syscalls.moveMount(mount, target, ByteString.EMPTY, 0);
        attached = true;
        return point;
      } catch (ErrnoException refused) {
        throw new MountException("mount on " + point + ": " + refused.getMessage(), refused);
      } finally {
        if (!attached) {
          store.discard(record.id());
        }
      }
    }
  }

  private Fd open(Path directory) throws ErrnoException {
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    return syscalls.openat(Fd.CWD, HostPath.of(directory), flags, 0);
  }

  private static Path existing(String image, Path directory) throws IOException {
    String tried = "mount " + image + " on " + directory + ": ";
    if (!Files.exists(directory)) {
      throw new MountException(tried + "no such directory (make it first)");
    }
    if (!Files.isDirectory(directory)) {
      throw new MountException(tried + "it is not a directory");
    }
    return directory.toRealPath();
  }

  private static String randomId() {
    byte[] bytes = new byte[ID_BYTES];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
