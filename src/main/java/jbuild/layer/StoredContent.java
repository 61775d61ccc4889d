package jbuild.layer;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies files out of the layers that hold them, as an export of a merged tree needs it. Holes are
 * written as zeros.
 */
public final class StoredContent implements TarWriter.Content, AutoCloseable {
  private final OutputStream out;
  private final List<FileChannel> devices = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);

  /**
   * @param devices the layers' tars, bottom first
   */
  public StoredContent(OutputStream out, List<Path> devices) throws IOException {
    this.out = out;
    try {
      for (Path device : devices) {
        this.devices.add(FileChannel.open(device));
      }
    } catch (IOException e) {
      try {
        close();
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  @Override
  public void write(RegularFile file, long offset) throws IOException {
    if (file.data() instanceof FileData.Stored stored) {
      copy(devices.get(stored.device()), stored.offset(), file.size());
    } else if (file.data() instanceof FileData.Sparse sparse) {
      long at = 0;
      for (FileData.Extent extent : sparse.extents()) {
        zeros(extent.fileOffset() - at);
        copy(devices.get(sparse.device()), extent.deviceOffset(), extent.length());
        at = extent.fileOffset() + extent.length();
      }
      zeros(file.size() - at);
    } else if (file.data() instanceof FileData.Bytes bytes) {
      out.write(bytes.bytes());
    } else {
      throw new IllegalStateException("not in a layer: " + file.data());
    }
  }

  private void copy(FileChannel device, long offset, long length) throws IOException {
    long done = 0;
    while (done < length) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
      int count = device.read(buffer, offset + done);
      if (count < 0) {
        throw new EOFException("read layer: it ends before offset " + (offset + length));
      }
      out.write(buffer.array(), 0, count);
      done += count;
    }
  }

  private void zeros(long count) throws IOException {
    byte[] zeros = new byte[(int) Math.min(count, buffer.capacity())];
    for (long rest = count; rest > 0; rest -= zeros.length) {
      out.write(zeros, 0, (int) Math.min(rest, zeros.length));
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel device : devices) {
      device.close();
    }
  }
}
