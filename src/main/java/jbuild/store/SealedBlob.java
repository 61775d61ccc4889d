package jbuild.store;

import java.io.IOException;
import java.nio.file.Path;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A blob that is whole and hashed and has no name yet. Between {@link #flush} and {@link #publish}
 * its bytes go to the disk while the caller does something else with them. Without {@code publish}
 * nothing stays of it. Not for use by several threads at once.
 */
public final class SealedBlob implements AutoCloseable {
  private final DataRoot root;
  private final Digest digest;
  private final long size;
  private final @Nullable BlobFile file;
  private @Nullable Flush flush;

  /**
   * @param file taken over; null when the store has the blob already
   */
  SealedBlob(DataRoot root, Digest digest, long size, @Nullable BlobFile file) {
    this.root = root;
    this.digest = digest;
    this.size = size;
    this.file = file;
  }

  public Digest digest() {
    return digest;
  }

  public long size() {
    return size;
  }

  /** Whether the store had the blob before; then there is nothing to publish. */
  public boolean isStored() {
    return file == null;
  }

  /** Where the bytes can be read until {@link #publish}. */
  public Path path() {
    return file == null ? root.blob(digest) : file.path();
  }

  /** Begins to send the bytes to the disk, on a thread of its own. */
  public void flush() {
    if (file != null && flush == null) {
      flush = Flush.start(file);
    }
  }

  /**
   * Gives the blob its name when its bytes are on the disk: fdatasync, mode 0444, rename. The name
   * is durable after {@link BlobStore#sync}.
   */
  public void publish() throws IOException {
    if (file == null) {
      return;
    }
    if (flush == null) {
      file.force();
    } else {
      flush.await();
    }
    file.moveTo(root.blob(digest));
  }

  @Override
  public void close() throws IOException {
    if (flush != null) {
      flush.join();
    }
    if (file != null) {
      file.close();
    }
  }

  /** One fdatasync on its way. */
  private static final class Flush implements Runnable {
    private final BlobFile file;
    private final Thread thread = new Thread(this, "blob flush");
    private @Nullable Throwable failure; // read after the thread's end

    private Flush(BlobFile file) {
      this.file = file;
    }

    static Flush start(BlobFile file) {
      Flush flush = new Flush(file);
      flush.thread.setDaemon(true);
      flush.thread.start();
      return flush;
    }

    @Override
    public void run() {
      try {
        file.force();
      } catch (IOException | RuntimeException | Error e) {
        failure = e; // thrown by await
      }
    }

    void await() throws IOException {
      join();
      Throwable failed = failure;
      if (failed != null) {
        throw new StoreException(String.valueOf(failed.getMessage()), failed);
      }
    }

    void join() {
      Threads.join(thread);
    }
  }
}
