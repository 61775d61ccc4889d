package jbuild.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import jbuild.store.BlobStore;
import jbuild.store.BlobWriter;
import jbuild.store.SealedBlob;

/**
 * Turns a tree whose files are still somewhere else into a layer: its canonical tar goes into the
 * store in one pass, and its index is made. Files are read on the calling thread, straight into the
 * buffers that the {@link BlobWriter}'s thread hashes and writes.
 */
public final class LayerWriter {
  private final BlobStore blobs;
  private final IndexStore indexes;
  private final OptionalLong clampTo;

  /**
   * @param clampTo times later than this many seconds since 1970 become it (SOURCE_DATE_EPOCH)
   */
  public LayerWriter(BlobStore blobs, IndexStore indexes, OptionalLong clampTo) {
    this.blobs = blobs;
    this.indexes = indexes;
    this.clampTo = clampTo;
  }

  /**
   * Writes {@code tree}, whose files then have their data in the new layer.
   *
   * @throws LayerException when a file is no longer as long as it was
   */
  public Layer write(LayerTree tree) throws IOException {
    return write(tree, TarWriter.Order.CANONICAL);
  }

  /** As {@link #write(LayerTree)}, with the entries in the order that is asked for. */
  public Layer write(LayerTree tree, TarWriter.Order order) throws IOException {
    clampTo.ifPresent(tree::clampTimes);
    try (BlobWriter blob = blobs.create()) {
      long size = new TarWriter(blob, new FreshContent(blob), order).write(tree);
      try (SealedBlob tar = blob.seal()) {
        indexes.commit(tar, tree);
        return Layer.of(tar.digest(), size, tree);
      }
    }
  }

  /** Copies content into the blob and has the file point there. */
  private static final class FreshContent implements TarWriter.Content {
    private final BlobWriter blob;
    private final ByteBuffer beyond = ByteBuffer.allocateDirect(1);

    FreshContent(BlobWriter blob) {
      this.blob = blob;
    }

    @Override
    public void write(RegularFile file, long offset) throws IOException {
      if (file.data() instanceof FileData.Bytes bytes) {
        blob.write(bytes.bytes(), 0, bytes.bytes().length);
      } else if (file.data() instanceof FileData.Host host) {
        copy(host.file(), host.file().open(), file.size());
      } else {
        throw new IllegalStateException("already in a layer: " + file.data());
      }
      file.setData(new FileData.Stored(0, offset));
    }

    @Override
    public void write(RegularFile file, List<HostFile.Island> islands, long offset)
        throws IOException {
      if (!(file.data() instanceof FileData.Host host)) {
        throw new IllegalStateException("already in a layer: " + file.data());
      }
      List<FileData.Extent> extents = new ArrayList<>(islands.size());
      long at = offset;
      for (HostFile.Island island : islands) {
        copy(host.file(), host.file().openIsland(island), island.length());
        extents.add(new FileData.Extent(island.offset(), island.length(), at));
        at += island.length();
      }
      file.setData(new FileData.Sparse(0, extents));
    }

    /** A tar's header comes first and says the size: a file that changes meanwhile is an error. */
    private void copy(HostFile file, ReadableByteChannel content, long size) throws IOException {
      try (ReadableByteChannel channel = content) {
        long copied = blob.transferFrom(channel::read, size);
        if (copied < size) {
          throw changed(file, "it has " + copied + " bytes instead of " + size);
        }
        if (copied > size || channel.read(beyond.clear()) > 0) {
          throw changed(file, "it has more than " + size + " bytes");
        }
      }
    }

    private static LayerException changed(HostFile file, String how) {
      return new LayerException("read " + file + ": it was changed while it was read: " + how);
    }
  }
}
