package jbuild.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Writes one blob in one pass. The caller's thread only copies into a buffer of 1 MiB; hashing and
 * writing happen on a thread of the writer's own ({@link BlobPipeline}), which starts when the
 * first buffer is full, so that a small blob costs no thread. A failure of that thread surfaces at
 * the caller's next call. Not for use by several threads at once.
 */
public final class BlobWriter extends OutputStream {
  /** Something that fills buffers, as a readable channel or read(2) does. */
  public interface Source {
    /** Reads up to the buffer's remaining bytes; the count, or 0 or -1 at the end. */
    int read(ByteBuffer target) throws IOException;
  }

  private final DataRoot root;
  private final BufferPool buffers;
  private @Nullable ByteBuffer current;
  private @Nullable BlobPipeline pipeline;
  private @Nullable BlobFile file; // until it is sealed
  private long position;
  private boolean closed;

  BlobWriter(DataRoot root, BufferPool buffers) {
    this.root = root;
    this.buffers = buffers;
  }

  /** Bytes written so far. */
  public long position() {
    return position;
  }

  @Override
  public void write(int value) throws IOException {
    room().put((byte) value);
    position++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int done = 0;
    while (done < length) {
      ByteBuffer target = room();
      int count = Math.min(target.remaining(), length - done);
      target.put(bytes, offset + done, count);
      done += count;
    }
    position += length;
  }

  /**
   * Writes up to {@code count} bytes from {@code source}, which reads straight into the writer's
   * direct buffers. Where there is room the source is offered one byte more, which is not written:
   * so one read(2) gives a small file and tells that it ended where it should.
   *
   * @return the number of bytes written, less than {@code count} when the source ended; {@code
   *     count} and one when it had more
   */
  public long transferFrom(Source source, long count) throws IOException {
    long done = 0;
    while (done < count) {
      ByteBuffer target = room();
      int limit = target.limit();
      long left = count - done;
      if (left < target.remaining()) {
        target.limit(target.position() + (int) left + 1);
      }
      int read;
      try {
        read = source.read(target);
      } finally {
        target.limit(limit);
      }
      if (read <= 0) {
        break;
      }
      if (read > left) {
        target.position(target.position() - 1);
        position += read - 1;
        return count + 1;
      }
      done += read;
      position += read;
    }
    return done;
  }

  /** The present buffer, with at least one byte free. */
  private ByteBuffer room() throws IOException {
    if (closed) {
      throw new StoreException("write blob: it is committed or closed");
    }
    ByteBuffer buffer = current;
    if (buffer == null) {
      buffer = buffers.take();
    } else if (!buffer.hasRemaining()) {
      BlobPipeline behind = pipeline;
      if (behind == null) {
        behind = BlobPipeline.start(newFile(), buffers);
        pipeline = behind;
      }
      buffer = behind.exchange(buffer);
    }
    current = buffer;
    return buffer;
  }

  /**
   * Ends the blob and gives it its name: flush, fdatasync, mode 0444, rename. Idempotent in the
   * store: when the blob is there already, it stays as it is. Its name is durable after {@link
   * BlobStore#sync}.
   */
  public Digest commit() throws IOException {
    try (SealedBlob sealed = seal()) {
      sealed.publish();
      return sealed.digest();
    }
  }

  /** Ends the blob and gives it no name yet: for those who have something to do meanwhile. */
  public SealedBlob seal() throws IOException {
    if (closed) {
      throw new StoreException("commit blob: it is committed or closed");
    }
    try {
      ByteBuffer last = current == null ? ByteBuffer.allocate(0) : current.flip();
      Digest digest = pipeline == null ? digest(last) : pipeline.finish(last);
      if (BlobFile.isWhole(root, root.blob(digest), position)) {
        return new SealedBlob(root, digest, position, null);
      }
      BlobFile whole = file;
      if (whole == null) {
        whole = newFile();
        whole.write(last);
      }
      whole.end(position);
      file = null;
      return new SealedBlob(root, digest, position, whole);
    } finally {
      close();
    }
  }

  private static Digest digest(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    return Digest.of(bytes);
  }

  private BlobFile newFile() throws IOException {
    BlobFile made = BlobFile.create(root.tmp().resolve(root.freshName()));
    file = made;
    return made;
  }

  /** Without a commit before it: forgets the blob and removes its temporary file. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    ByteBuffer last = current;
    current = null;
    if (last != null) {
      buffers.give(last);
    }
    if (pipeline != null) {
      pipeline.close();
    }
    if (file != null) {
      file.close();
    }
  }
}
