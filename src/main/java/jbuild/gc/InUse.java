package jbuild.gc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jbuild.layer.IndexFiles;
import jbuild.mount.MountStore;
import jbuild.oci.ChainId;
import jbuild.oci.Digest;
import jbuild.runner.ContainerStore;
import jbuild.store.BlobStore;
import jbuild.store.Leases;
import jbuild.store.ReachableBlobs;
import jbuild.store.Reference;
import jbuild.store.References;
import jbuild.store.StoreException;

/**
 * What names, containers and the leases of living commands refer to. It only grows: {@link #look}
 * again adds what is referred to by now.
 */
final class InUse {
  private final BlobStore blobs;
  private final References references;
  private final ContainerStore containers;
  private final MountStore mounts;
  private final IndexFiles indexes;
  private final ReachableBlobs reachable;

  /** DiffIDs and chainIDs by which something derived is called. */
  private final Set<Digest> units = new HashSet<>();

  private final Set<Digest> chains = new HashSet<>();
  private final Set<Digest> known = new HashSet<>();

  InUse(
      BlobStore blobs,
      References references,
      ContainerStore containers,
      MountStore mounts,
      IndexFiles indexes) {
    this.blobs = blobs;
    this.references = references;
    this.containers = containers;
    this.mounts = mounts;
    this.indexes = indexes;
    this.reachable = new ReachableBlobs(blobs);
  }

  /**
   * Leases first, then containers and mounts, then names: that is the way a reference wanders when
   * a command ends, so none is missed.
   */
  void look(Leases leases) throws IOException {
    for (Digest image : leases.images()) {
      addIfThere(image);
    }
    for (Digest image : containers.images()) {
      addIfThere(image);
    }
    for (Digest image : mounts.images()) {
      addIfThere(image);
    }
    for (Reference reference : references.list()) {
      try {
        reachable.add(reference.descriptor());
      } catch (IOException unreadable) {
        throw new StoreException(
            "collect garbage: image "
                + (reference.name() == null ? reference.descriptor().digest() : reference.name())
                + ": what it needs cannot be told, so nothing was removed: "
                + unreadable.getMessage()
                + " (jbuild fsck says more, jbuild rmi takes the image away)",
            unreadable);
      }
    }
    reachable
        .stacks()
        .forEach(
            (manifest, diffIds) -> {
              if (known.add(manifest)) {
                addStack(diffIds);
              }
              if (leases.images().contains(manifest)) {
                units.addAll(chains(diffIds)); // a merged index may be made for it at any moment
              }
            });
  }

  /** An image that was lost keeps nothing. */
  private void addIfThere(Digest manifest) throws IOException {
    if (blobs.contains(manifest)) {
      reachable.addManifest(manifest);
    }
  }

  private void addStack(List<Digest> diffIds) {
    units.addAll(diffIds);
    chains.addAll(chains(diffIds));
    Digest merged = indexes.longestMerged(diffIds);
    if (merged != null) {
      units.add(merged);
    }
  }

  private static List<Digest> chains(List<Digest> diffIds) {
    List<Digest> chains = new ArrayList<>();
    Digest chain = null;
    for (Digest diffId : diffIds) {
      chain = chain == null ? diffId : ChainId.append(chain, diffId);
      chains.add(chain);
    }
    return chains;
  }

  boolean hasBlob(Digest blob) {
    return reachable.contains(blob);
  }

  /** Whether something that is derived from a layer or chain serves one of the images. */
  boolean hasUnit(Digest key) {
    return units.contains(key);
  }

  /** Whether the chain is the lower end of an image. */
  boolean hasChain(Digest chainId) {
    return chains.contains(chainId);
  }
}
