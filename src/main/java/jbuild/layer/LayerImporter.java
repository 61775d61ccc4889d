package jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import jbuild.oci.Digest;
import jbuild.store.BlobStore;
import jbuild.store.BlobWriter;

/**
 * Takes a tar that someone else wrote into the store, byte for byte as it is, so that its digest
 * stays, and reads its tree in the same pass.
 */
public final class LayerImporter {
  private static final int BUFFER = 256 << 10;

  private final BlobStore blobs;

  public LayerImporter(BlobStore blobs) {
    this.blobs = blobs;
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
      Digest diffId = blob.commit();
      return Layer.of(diffId, size, tree);
    }
  }
}
