package jbuild.step;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The decompressed bytes of an archive: a tar must be known to its end before the first file of it
 * can go into a layer, and is decompressed once. Small ones stay in memory; others go to a file
 * that has no name any more, so that nothing can be left of it.
 */
final class ArchiveSpill implements ArchiveBytes {
  private static final int MAX_IN_MEMORY = 8 << 20;

  private final Path directory;
  private ByteArrayOutputStream memory = new ByteArrayOutputStream(64 << 10);
  private ByteBuffer content = ByteBuffer.allocate(0);
  private @Nullable FileChannel file;

  /**
   * @param directory where a file may be made
   */
  ArchiveSpill(Path directory) {
    this.directory = directory;
  }

  void append(byte[] bytes, int length) throws IOException {
    if (file == null && memory.size() + length <= MAX_IN_MEMORY) {
      memory.write(bytes, 0, length);
      return;
    }
    FileChannel to = file;
    if (to == null) {
      to = open();
      file = to;
      write(to, ByteBuffer.wrap(memory.toByteArray()));
      memory = new ByteArrayOutputStream(0);
    }
    write(to, ByteBuffer.wrap(bytes, 0, length));
  }

  private FileChannel open() throws IOException {
    Path path = Files.createTempFile(directory, "archive-", ".tar");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }

  private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  /** Says that everything was appended. */
  void finish() {
    content = ByteBuffer.wrap(memory.toByteArray());
    memory = new ByteArrayOutputStream(0);
  }

  @Override
  public int read(ByteBuffer to, long position) throws IOException {
    FileChannel from = file;
    if (from == null) {
      int count = (int) Math.min(to.remaining(), content.capacity() - position);
      to.put(content.duplicate().position((int) position).limit((int) position + count));
      return count;
    }
    int count = from.read(to, position);
    if (count < 0) {
      throw new EOFException("read archive: nothing at offset " + position);
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
