package jbuild.gc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jbuild.layer.IndexFiles;
import jbuild.mount.MountStore;
import jbuild.oci.Digest;
import jbuild.runner.ContainerStore;
import jbuild.store.BlobStore;
import jbuild.store.CollectionLock;
import jbuild.store.DataRoot;
import jbuild.store.Leases;
import jbuild.store.References;
import jbuild.store.StoreSweeper;
import jbuild.store.Trash;

/**
 * Collects garbage in two steps. What nothing refers to is listed at leisure, while others build
 * and remove images. Then it goes, a few things at a time: under the collection lock each is judged
 * again by the names, containers, leases and times of that moment, and renamed into the trash.
 * Killed in between, it has removed a part of what it would have removed.
 */
public final class Collector {
  /** So few that nobody waits for long, and that the trash of a full disk stays small. */
  private static final int BATCH = 32;

  private final DataRoot root;
  private final MountStore mounts;
  private final Trash trash;
  private final IndexFiles indexes;
  private final InUse inUse;

  public Collector(
      DataRoot root,
      References references,
      ContainerStore containers,
      MountStore mounts,
      Trash trash) {
    this.root = root;
    this.mounts = mounts;
    this.trash = trash;
    this.indexes = new IndexFiles(root);
    this.inUse = new InUse(new BlobStore(root), references, containers, mounts, indexes);
  }

  /**
   * Lists what nothing refers to.
   *
   * @throws jbuild.store.StoreException when an image cannot be read, and so not be spared
   */
  public CollectionPlan plan(CollectionPolicy policy) throws IOException {
    try (CollectionLock lock = CollectionLock.acquire(root)) {
      inUse.look(lock.leases());
    }
    return new GarbageFinder(root, indexes, inUse, policy, System.currentTimeMillis()).find();
  }

  /** Removes what is listed and still of no use, and what dead commands have left. */
  public CollectionReport collect(CollectionPlan plan) throws IOException {
    int leftovers = new StoreSweeper(root, trash).sweep() + mounts.sweep();
    Map<Garbage.Kind, CollectionReport.Amount> removed = new EnumMap<>(Garbage.Kind.class);
    CollectionReport.Amount spared = CollectionReport.Amount.NONE;
    List<Garbage> garbage = plan.garbage();
    for (int from = 0; from < garbage.size(); from += BATCH) {
      List<Garbage> batch = garbage.subList(from, Math.min(from + BATCH, garbage.size()));
      try (CollectionLock lock = CollectionLock.acquire(root)) {
        inUse.look(lock.leases());
        for (Garbage one : batch) {
          if (isInUse(one, lock.leases())) {
            spared = spared.plus(one.bytes());
          } else if (remove(one)) {
            removed.merge(
                one.kind(),
                CollectionReport.Amount.NONE.plus(one.bytes()),
                (sum, more) -> sum.plus(more.bytes()));
          }
        }
      }
      trash.empty();
    }
    trash.empty();
    note(plan.cacheBytes() + spared.bytes());
    return new CollectionReport(removed, spared, leftovers);
  }

  private boolean isInUse(Garbage one, Leases leases) throws IOException {
    Digest subject = one.subject();
    if (subject != null) {
      boolean referred =
          switch (one.kind()) {
            case BLOB, CACHE -> inUse.hasBlob(subject);
            case INDEX, EXTRACTED -> inUse.hasUnit(subject);
            case MEMORY, LOG, DOWNLOAD, CACHE_MOUNT -> false;
          };
      if (referred) {
        return true;
      }
    }
    for (Path path : one.paths()) {
      try {
        long time = Files.getLastModifiedTime(path).toMillis();
        if (time >= leases.keptSince() || time > one.lastUse()) {
          return true;
        }
      } catch (NoSuchFileException gone) {
        // then there is nothing to remove either
      }
    }
    return false;
  }

  private boolean remove(Garbage one) throws IOException {
    boolean removed = false;
    for (Path path : one.paths()) {
      removed |= trash.discardOrRemove(path);
    }
    return removed;
  }

  /** A guess for later, which a disk that is still full may do without. */
  private void note(long cacheBytes) {
    try {
      CollectionNote.write(root, cacheBytes);
    } catch (IOException full) {
      // the next build goes by the note before
    }
  }
}
