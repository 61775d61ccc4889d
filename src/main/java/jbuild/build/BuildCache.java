package jbuild.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import jbuild.oci.Digest;
import jbuild.step.CacheKey;
import jbuild.step.StoredLayer;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/**
 * Results of steps by key: one small JSON file each in {@code cache/steps/}. A record is written
 * after its layer and counts only while the layer is there in full length, so it may be lost or
 * stale at any time without harm.
 */
final class BuildCache {
  static final int MAX_RECORD = 4 << 20;
  static final String SHAPE_PREFIX = "shape-";

  private final DataRoot root;
  private final BlobStore blobs;

  BuildCache(DataRoot root, BlobStore blobs) {
    this.root = root;
    this.blobs = blobs;
  }

  /** The record of {@code key}, if its layer is there; null otherwise. */
  @Nullable CachedStep find(Digest key) throws IOException {
    byte[] text;
    try (InputStream in = Files.newInputStream(file(key))) {
      text = in.readNBytes(MAX_RECORD);
    } catch (NoSuchFileException miss) {
      return null;
    }
    CacheRecord record = CacheRecord.parse(text);
    if (record == null || !root.keep(file(key))) {
      return null;
    }
    StoredLayer layer = record.step().layer();
    boolean whole =
        layer == null || (blobs.keep(layer.diffId()) && blobs.size(layer.diffId()) == layer.size());
    return whole ? record.step() : null;
  }

  /** Whether a step of this shape was ever executed: if not, its content need not be hashed. */
  boolean knowsShape(Digest shape) {
    return Files.exists(shapeFile(shape));
  }

  void store(CacheKey key, CachedStep step) throws IOException {
    root.replaceNotDurably(file(key.digest()), new CacheRecord(step, null).print());
  }

  /** As {@link #store(CacheKey, CachedStep)}; the record keeps the shape's file alive. */
  void store(CacheKey key, CachedStep step, Digest shape) throws IOException {
    root.replaceNotDurably(file(key.digest()), new CacheRecord(step, shape).print());
    if (!knowsShape(shape)) {
      root.replaceNotDurably(shapeFile(shape), new byte[0]);
    }
  }

  private Path file(Digest key) {
    return root.stepCache().resolve(key.hex());
  }

  private Path shapeFile(Digest shape) {
    return root.stepCache().resolve(SHAPE_PREFIX + shape.hex());
  }
}
