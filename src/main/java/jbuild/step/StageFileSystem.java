package jbuild.step;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import jbuild.layer.IndexStore;
import jbuild.layer.LayerTree;
import jbuild.layer.LayerUnit;
import jbuild.layer.OverlaidTree;
import jbuild.layer.StoredFile;
import jbuild.layer.TreeView;
import jbuild.layer.UnionTree;
import jbuild.oci.Digest;
import jbuild.store.BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a stage so far, bottom first: finished ones, and on top of them those whose content
 * is still being written while the build goes on upon their live directories.
 */
public final class StageFileSystem implements AutoCloseable {
  /** More live directories than this are awaited, so that a stack of mounts stays shallow. */
  private static final int MAX_LIVE = 32;

  /**
   * A layer on its way.
   *
   * @param tree its entries; where its files' contents are changes when it is written
   * @param directory shows the same as a lower directory
   */
  private record Pending(LayerTree tree, Path directory, Future<StoredLayer> written) {}

  private final IndexStore indexes;
  private final BlobStore blobs;
  private final List<StoredLayer> finished = new ArrayList<>();
  private final List<Pending> pending = new ArrayList<>();
  private @Nullable UnionTree union;

  /** What {@link #union} shows. */
  private List<LayerUnit> units = List.of();

  private @Nullable TreeView view;

  public StageFileSystem(IndexStore indexes, BlobStore blobs, List<StoredLayer> base) {
    this.indexes = indexes;
    this.blobs = blobs;
    this.finished.addAll(base);
  }

  /** Puts a finished layer on top; what is on its way is awaited. */
  public void add(StoredLayer layer) throws IOException {
    await();
    finished.add(layer);
    forgetView();
  }

  /** Puts a layer on top that is still being written. */
  public void add(LayerTree tree, Path directory, Future<StoredLayer> written) throws IOException {
    TreeView below = view();
    pending.add(new Pending(tree, directory, written));
    view = overlay(below, tree, written);
    if (pending.size() >= MAX_LIVE) {
      await();
    }
  }

  /** What a process would see. Valid until the next layer is added. */
  public TreeView view() throws IOException {
    TreeView known = view;
    if (known == null) {
      units = indexes.units(diffIds(finished));
      UnionTree tree = UnionTree.open(units);
      union = tree;
      known = tree;
      for (Pending layer : pending) {
        known = overlay(known, layer.tree, layer.written);
      }
      view = known;
    }
    return known;
  }

  private TreeView overlay(TreeView below, LayerTree tree, Future<StoredLayer> written) {
    return new OverlaidTree(
        below,
        tree,
        file -> {
          // Only the store has contents that cannot change any more; they are rarely asked for.
          StoredLayer layer = get(written);
          return StoredFile.open(List.of(blobs.path(layer.diffId())), file);
        });
  }

  /** The finished layers, to be mounted. */
  public List<LayerUnit> finishedUnits() throws IOException {
    view();
    return units;
  }

  /** The directories of the layers on their way, bottom first, to be used as lower directories. */
  public List<Path> liveDirectories() {
    List<Path> directories = new ArrayList<>(pending.size());
    for (Pending layer : pending) {
      directories.add(layer.directory);
    }
    return directories;
  }

  /** All layers, after those on their way have arrived. */
  public List<StoredLayer> await() throws IOException {
    if (!pending.isEmpty()) {
      for (Pending layer : pending) {
        finished.add(get(layer.written));
      }
      pending.clear();
      forgetView();
    }
    return List.copyOf(finished);
  }

  /** The layers up to now, as somebody will want to know them who can wait. */
  public Chain chain() {
    List<Digest> known = diffIds(finished);
    List<Future<StoredLayer>> coming = new ArrayList<>();
    for (Pending layer : pending) {
      coming.add(layer.written);
    }
    return () -> {
      List<Digest> all = new ArrayList<>(known);
      for (Future<StoredLayer> layer : coming) {
        all.add(get(layer).diffId());
      }
      return all;
    };
  }

  /** DiffIDs, bottom first, once all of them are known. */
  @FunctionalInterface
  public interface Chain {
    List<Digest> diffIds() throws IOException;
  }

  /** The number of layers, those on their way included. */
  public int count() {
    return finished.size() + pending.size();
  }

  /** The size of the topmost layer in bytes; -1 while it is on its way. */
  public long topSize() {
    return pending.isEmpty() ? finished.get(finished.size() - 1).size() : -1;
  }

  private static StoredLayer get(Future<StoredLayer> written) throws IOException {
    try {
      return written.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("write layer: interrupted");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw io;
      }
      if (cause instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IOException("write layer: " + cause, cause);
    }
  }

  private static List<Digest> diffIds(List<StoredLayer> layers) {
    List<Digest> diffIds = new ArrayList<>(layers.size());
    for (StoredLayer layer : layers) {
      diffIds.add(layer.diffId());
    }
    return diffIds;
  }

  private void forgetView() throws IOException {
    view = null;
    UnionTree open = union;
    union = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    forgetView();
  }
}
