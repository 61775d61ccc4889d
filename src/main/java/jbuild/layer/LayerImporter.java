package jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import jbuild.store.BlobStore;
import jbuild.store.BlobWriter;
import jbuild.store.SealedBlob;

/**
 * Takes a tar that someone else wrote into the store, byte for byte as it is, so that its digest
 * stays, reads its tree in the same pass, and makes its index.
 */
public final class LayerImporter {
  private static final int BUFFER = 256 << 10;

  private final BlobStore blobs;
  private final IndexStore indexes;

  public LayerImporter(BlobStore blobs, IndexStore indexes) {
    this.blobs = blobs;
    this.indexes = indexes;
  }

  /**
   * Reads {@code tar} to its end; whatever follows the end marker is kept in the blob and ignored.
   *
   * @param label what is read, for messages
   * @param tar not compressed; not closed
   * @param builder decides whether layers below may complete this one; fresh
   * @throws LayerException when it is not a tar that can be trusted; the store then has no new blob
   */
  public Layer read(String label, InputStream tar, LayerTreeBuilder builder) throws IOException {
    TarReader reader = new TarReader(label, builder);
    byte[] buffer = new byte[BUFFER];
    try (BlobWriter blob = blobs.create()) {
      for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
        reader.feed(buffer, 0, count);
        blob.write(buffer, 0, count);
      }
      reader.finish();
      LayerTree tree = builder.finish();
      long size = blob.position();
      try (SealedBlob sealed = blob.seal()) {
        indexes.commit(sealed, tree);
        return Layer.of(sealed.digest(), size, tree);
      }
    }
  }
}
