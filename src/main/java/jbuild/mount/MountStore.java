package jbuild.mount;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import jbuild.store.StoreLock;
import jbuild.store.Trash;

/**
 * The records of mounts: a directory each below {@code mounted/}, with the upper and work directory
 * of the overlay. A record without a mount stands for nothing: it is what a restart, a umount(8) or
 * a command that was killed has left, and goes when somebody looks.
 */
public final class MountStore {
  private static final String LOCK = "mounted";

  /** Of the first pid namespace, PROC_PID_INIT_INO: from there all processes can be seen. */
  private static final long FIRST_PID_NAMESPACE = 0xEFFFFFFCL;

  private final DataRoot root;
  private final Trash trash;

  public MountStore(DataRoot root, Trash trash) {
    this.root = root;
    this.trash = trash;
  }

  /** Taken around whatever changes mounts and records together. */
  StoreLock lock() throws IOException {
    return StoreLock.acquire(root, LOCK);
  }

  /** What is mounted, in the order of the IDs; records of other things are removed. */
  @SuppressWarnings("try") // the lock is held, not looked at
  public List<MountedImage> list() throws IOException {
    if (places().isEmpty()) {
      return List.of();
    }
    try (StoreLock lock = lock()) {
      MountScan scan = MountScan.look();
      sweep(scan);
      List<MountedImage> mounted = new ArrayList<>();
      for (MountRecord record : records()) {
        mounted.add(
            new MountedImage(
                record.id(),
                record.image(),
                record.imageId(),
                record.writable(),
                scan.points(record.id()),
                scan.seenBy(record.id())));
      }
      return mounted;
    }
  }

  /** The manifests of all images that are mounted. */
  public Set<Digest> images() throws IOException {
    List<MountRecord> records = records();
    if (records.isEmpty()) {
      return Set.of();
    }
    MountScan scan = MountScan.look();
    Set<Digest> images = new HashSet<>();
    for (MountRecord record : records) {
      if (!isGone(record, scan)) {
        images.add(record.manifest());
      }
    }
    return images;
  }

  /** Removes records whose mounts are gone; their number. */
  @SuppressWarnings("try")
  public int sweep() throws IOException {
    if (places().isEmpty()) {
      return 0;
    }
    try (StoreLock lock = lock()) {
      return sweep(MountScan.look());
    }
  }

  /** The same for a caller that holds the lock. */
  int sweep(MountScan scan) throws IOException {
    int count = 0;
    for (MountRecord record : records()) {
      if (isGone(record, scan)) {
        count += trash.discardOrRemove(place(record.id())) ? 1 : 0;
      }
    }
    return count;
  }

  /** Where not all processes can be seen, a mount is gone for certain only after a restart. */
  private boolean isGone(MountRecord record, MountScan scan) throws IOException {
    if (!record.boot().equals(MountRecord.thisBoot())) {
      return true;
    }
    long own = root.owner().namespace();
    return (own == record.pidNamespace() || own == FIRST_PID_NAMESPACE)
        && scan.points(record.id()).isEmpty()
        && scan.seenBy(record.id()) == null;
  }

  /** Makes {@code draft}, which holds a record, the directory of the mount {@code id}. */
  Path adopt(Path draft, String id) throws IOException {
    if (!Files.isDirectory(root.mounted())) {
      Files.createDirectory(
          root.mounted(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return Files.move(draft, place(id), StandardCopyOption.ATOMIC_MOVE);
  }

  void discard(String id) throws IOException {
    trash.discard(place(id));
  }

  Path place(String id) {
    return root.mounted().resolve(id);
  }

  List<MountRecord> records() throws IOException {
    List<MountRecord> records = new ArrayList<>();
    for (Path place : places()) {
      MountRecord record = MountRecord.read(place);
      if (record != null) {
        records.add(record);
      }
    }
    return records;
  }

  private List<Path> places() throws IOException {
    List<Path> places = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.mounted())) {
      entries.forEach(places::add);
    } catch (NoSuchFileException neverMounted) {
      return List.of();
    }
    Collections.sort(places);
    return places;
  }
}
