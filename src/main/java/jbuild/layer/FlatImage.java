package jbuild.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.linux.Syscalls;
import jbuild.oci.Digest;
import jbuild.store.BlobStore;

/** An image's layers as the one tree they make, to be written out. */
public final class FlatImage {
  private final LayerTree tree;
  private final List<Path> tars;

  private FlatImage(LayerTree tree, List<Path> tars) {
    this.tree = tree;
    this.tars = tars;
  }

  /** Merges the layers {@code diffIds}, bottom first. */
  public static FlatImage of(IndexStore indexes, BlobStore blobs, List<Digest> diffIds)
      throws IOException {
    List<Path> tars = new ArrayList<>(diffIds.size());
    for (Digest diffId : diffIds) {
      tars.add(blobs.path(diffId));
    }
    return new FlatImage(indexes.mergedTree(diffIds), tars);
  }

  /** Writes the canonical tar of the tree. */
  public void writeTar(OutputStream out) throws IOException {
    try (StoredContent content = new StoredContent(out, tars)) {
      new TarWriter(out, content).write(tree);
    }
  }

  /**
   * Writes the tree into {@code target}, which must be new or empty.
   *
   * @return what could not be written as it is
   */
  public List<String> extract(Syscalls syscalls, Path target) throws IOException {
    return new LayerExtractor(syscalls, tars, LayerExtractor.Form.PLAIN).extract(tree, target);
  }
}
