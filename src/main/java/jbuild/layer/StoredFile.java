package jbuild.layer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** The content of one file, read from the layer that holds it; holes are zeros. */
public final class StoredFile extends InputStream {
  private final FileChannel layer;
  private final List<FileData.Extent> extents;
  private final long size;
  private int next;
  private long position;

  private StoredFile(FileChannel layer, List<FileData.Extent> extents, long size) {
    this.layer = layer;
    this.extents = extents;
    this.size = size;
  }

  /**
   * Opens the content of {@code file}.
   *
   * @param layers the tars that {@code file}'s data may be in, by device
   */
  public static InputStream open(List<Path> layers, RegularFile file) throws IOException {
    return open(layers, file, extents(file), file.size());
  }

  private static InputStream open(
      List<Path> layers, RegularFile file, List<FileData.Extent> extents, long size)
      throws IOException {
    if (file.data() instanceof FileData.Bytes bytes) {
      return new ByteArrayInputStream(bytes.bytes());
    }
    int device =
        file.data() instanceof FileData.Sparse sparse
            ? sparse.device()
            : ((FileData.Stored) file.data()).device();
    return new StoredFile(FileChannel.open(layers.get(device)), extents, size);
  }

  private static List<FileData.Extent> extents(RegularFile file) {
    if (file.data() instanceof FileData.Stored stored) {
      return List.of(new FileData.Extent(0, file.size(), stored.offset()));
    }
    if (file.data() instanceof FileData.Sparse sparse) {
      return sparse.extents();
    }
    if (file.data() instanceof FileData.Bytes) {
      return List.of();
    }
    throw new IllegalStateException("not in a layer: " + file.data());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == size) {
      return -1;
    }
    while (next < extents.size() && position >= end(extents.get(next))) {
      next++;
    }
    FileData.Extent extent = next < extents.size() ? extents.get(next) : null;
    int count;
    if (extent == null || position < extent.fileOffset()) {
      long hole = (extent == null ? size : extent.fileOffset()) - position;
      count = (int) Math.min(length, hole);
      java.util.Arrays.fill(target, offset, offset + count, (byte) 0);
    } else {
      int wanted = (int) Math.min(length, end(extent) - position);
      long from = extent.deviceOffset() + (position - extent.fileOffset());
      count = layer.read(ByteBuffer.wrap(target, offset, wanted), from);
      if (count < 0) {
        throw new LayerException("read layer: it ends at offset " + from + ", inside a file");
      }
    }
    position += count;
    return count;
  }

  private static long end(FileData.Extent extent) {
    return extent.fileOffset() + extent.length();
  }

  @Override
  public void close() throws IOException {
    layer.close();
  }
}
