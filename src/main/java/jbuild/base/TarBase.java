package jbuild.base;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import jbuild.io.Compression;
import jbuild.io.CorruptInputException;
import jbuild.layer.IndexStore;
import jbuild.layer.Layer;
import jbuild.layer.LayerImporter;
import jbuild.layer.LayerTreeBuilder;
import jbuild.store.BlobStore;

/** A root file system from a tar, compressed or not: what it is is told by its content. */
public final class TarBase {
  private static final int BUFFER = 1 << 20;

  private final BlobStore blobs;
  private final IndexStore indexes;

  public TarBase(BlobStore blobs, IndexStore indexes) {
    this.blobs = blobs;
    this.indexes = indexes;
  }

  /**
   * Takes the tar into the store, as it is when it is not compressed.
   *
   * @param label what is read, for messages
   * @param in read to its end, not closed
   */
  public Layer read(String label, InputStream in) throws IOException {
    Layer layer;
    try {
      InputStream tar = Compression.readAhead(new BufferedInputStream(in, BUFFER));
      layer = new LayerImporter(blobs, indexes).read(label, tar, LayerTreeBuilder.ofWholeTree());
    } catch (CorruptInputException damaged) {
      throw new BaseException("import " + label + ": " + damaged.getMessage(), damaged);
    }
    if (layer.size() == 0) {
      throw new BaseException("import " + label + ": it is empty (not even a tar of nothing)");
    }
    return layer;
  }
}
