package jbuild.build;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jbuild.layer.IndexStore;
import jbuild.layer.LayerTree;
import jbuild.layer.LayerWriter;
import jbuild.oci.Digest;
import jbuild.step.CacheKey;
import jbuild.step.StageFileSystem;
import jbuild.step.StoredLayer;
import jbuild.store.BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * Writes layers: tar, index, then the cache's record. The layers of RUN steps are written in the
 * background while the next step runs; one that waits for the layer below it finds that one ahead
 * of it in the queue, so nobody waits forever.
 */
final class LayerJobs implements AutoCloseable {
  private static final int THREADS = 2;

  private final OptionalLong clampTo;
  private final LayerWriter writer;
  private final BuildCache cache;
  private @Nullable ExecutorService threads;

  LayerJobs(BlobStore blobs, IndexStore indexes, BuildCache cache, OptionalLong clampTo) {
    this.clampTo = clampTo;
    this.writer = new LayerWriter(blobs, indexes, clampTo);
    this.cache = cache;
  }

  /** Writes a layer now. */
  StoredLayer write(LayerTree tree) throws IOException {
    return StoredLayer.of(writer.write(tree));
  }

  /** Writes a layer in the background, and then its record; closes the lock when it has. */
  Future<StoredLayer> submit(
      LayerTree tree, CacheKey key, StageFileSystem.Chain below, StepLocks.Held lock) {
    // The next step looks at the tree while it is written: all changes to it happen before.
    clampTo.ifPresent(tree::clampTimes);
    return threads()
        .submit(
            () -> {
              try (lock) {
                StoredLayer layer = write(tree);
                record(key, below.diffIds(), layer);
                return layer;
              }
            });
  }

  /** Keeps the result of a step that made no layer, when the layers below it are there. */
  Future<?> submitEmpty(CacheKey key, StageFileSystem.Chain below, StepLocks.Held lock) {
    return threads()
        .submit(
            () -> {
              try (lock) {
                record(key, below.diffIds(), null);
                return null;
              }
            });
  }

  void record(CacheKey key, List<Digest> below, @Nullable StoredLayer layer) throws IOException {
    cache.store(key, new CachedStep(key.components(), CachedStep.chain(below), layer));
  }

  private synchronized ExecutorService threads() {
    ExecutorService known = threads;
    if (known == null) {
      known =
          Executors.newFixedThreadPool(
              THREADS,
              work -> {
                Thread thread = new Thread(work, "layer");
                thread.setDaemon(true);
                return thread;
              });
      threads = known;
    }
    return known;
  }

  /**
   * Waits for the layers that were begun: when a later step has failed, the next build starts from
   * them. What went wrong with one is told by its future.
   */
  @Override
  public void close() throws InterruptedIOException {
    ExecutorService started = started();
    if (started == null) {
      return;
    }
    started.shutdown();
    try {
      started.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("write layers: interrupted");
    }
  }

  private synchronized @Nullable ExecutorService started() {
    return threads;
  }
}
