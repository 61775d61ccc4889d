package jbuild.gc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.build.CacheContents;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/** Decides which records of the build cache stay, and with them the layers that only they need. */
final class CacheKeeper {
  private final DataRoot root;
  private final InUse inUse;
  private final Map<Digest, List<Path>> indexes;
  private final Set<Digest> layers = new HashSet<>();
  private final Set<Digest> shapes = new HashSet<>();
  private final List<Garbage> garbage = new ArrayList<>();
  private long bytes;

  CacheKeeper(DataRoot root, InUse inUse, Map<Digest, List<Path>> indexes) {
    this.root = root;
    this.inUse = inUse;
    this.indexes = indexes;
  }

  void decide(CacheContents contents, CollectionPolicy policy, long now) throws IOException {
    boolean full = false;
    for (CacheRanking.Ranked ranked : CacheRanking.of(contents.records())) {
      CacheContents.Step step = ranked.step();
      Digest layer = step.layer();
      if (layer != null && !isWhole(step, layer)) {
        drop(step);
      } else if (servesImages(step)) {
        keep(step, layer, 0);
      } else {
        long cost = layer == null || layers.contains(layer) ? 0 : cost(layer);
        boolean recent =
            !policy.keepCacheFor().isZero()
                && ranked.lastUse() > now - policy.keepCacheFor().toMillis();
        full |= !recent && bytes + cost + step.bytes() > policy.cacheLimit();
        if (full && !recent) {
          drop(step);
        } else {
          keep(step, layer, cost + step.bytes());
        }
      }
    }
    for (CacheContents.Shape shape : contents.shapes()) {
      if (!shapes.contains(shape.shape())) {
        drop(shape.file(), 0);
      }
    }
    for (Path damaged : contents.damaged()) {
      drop(damaged, size(damaged));
    }
  }

  /** A record without its layer tells nothing any more. */
  private boolean isWhole(CacheContents.Step step, Digest layer) throws IOException {
    try {
      return Files.size(root.blob(layer)) == step.layerSize();
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /** Whether images need its layer, so that to keep the record costs nothing. */
  private boolean servesImages(CacheContents.Step step) {
    Digest layer = step.layer();
    Digest parent = step.parent();
    return layer != null ? inUse.hasBlob(layer) : parent != null && inUse.hasChain(parent);
  }

  private void keep(CacheContents.Step step, @Nullable Digest layer, long cost) {
    bytes += cost;
    if (layer != null) {
      layers.add(layer);
    }
    Digest shape = step.shape();
    if (shape != null) {
      shapes.add(shape);
    }
  }

  private void drop(CacheContents.Step step) {
    garbage.add(
        new Garbage(
            Garbage.Kind.CACHE, List.of(step.file()), step.layer(), step.bytes(), step.lastUse()));
  }

  private void drop(Path file, long size) throws IOException {
    try {
      long lastUse = Files.getLastModifiedTime(file).toMillis();
      garbage.add(new Garbage(Garbage.Kind.CACHE, List.of(file), null, size, lastUse));
    } catch (NoSuchFileException goneMeanwhile) {
      // by another collection
    }
  }

  private long cost(Digest layer) throws IOException {
    long sum = size(root.blob(layer));
    for (Path index : indexes.getOrDefault(layer, List.of())) {
      sum += size(index);
    }
    return sum;
  }

  static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException gone) {
      return 0;
    }
  }

  /** Whether a record that stays needs the layer. */
  boolean keepsLayer(Digest layer) {
    return layers.contains(layer);
  }

  /** The records and shapes that go. */
  List<Garbage> garbage() {
    return garbage;
  }

  /** What stays and no image needs. */
  long bytes() {
    return bytes;
  }
}
