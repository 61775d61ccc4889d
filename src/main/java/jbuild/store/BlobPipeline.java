package jbuild.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Hashes and writes full buffers on one thread, in order. At most {@value #RING} buffers are on
 * their way: a caller that is faster than the disk waits in {@link #exchange}. After a failure the
 * thread goes on taking buffers without doing anything with them, so that the caller never waits in
 * vain, and the caller's next call throws.
 */
final class BlobPipeline implements AutoCloseable {
  private static final int RING = 4;

  /** Full buffers are never empty: an empty one ends the thread. */
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final BlobFile file;
  private final BufferPool buffers;
  private final MessageDigest hasher = Digest.sha256();
  private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(RING);
  private final Thread thread;
  private volatile @Nullable Throwable failure;
  private volatile boolean abandoned;

  private BlobPipeline(BlobFile file, BufferPool buffers) {
    this.file = file;
    this.buffers = buffers;
    thread = new Thread(this::run, "blob writer");
    thread.setDaemon(true);
  }

  static BlobPipeline start(BlobFile file, BufferPool buffers) {
    BlobPipeline pipeline = new BlobPipeline(file, buffers);
    pipeline.thread.start();
    return pipeline;
  }

  private void run() {
    while (true) {
      ByteBuffer buffer;
      try {
        buffer = full.take();
      } catch (InterruptedException e) {
        continue; // nobody interrupts this thread: it ends by END alone
      }
      if (!buffer.hasRemaining()) {
        return;
      }
      if (failure == null && !abandoned) {
        try {
          hasher.update(buffer.duplicate());
          file.write(buffer);
        } catch (IOException | RuntimeException | Error e) {
          failure = e; // thrown by the caller's next call
        }
      }
      buffers.give(buffer);
    }
  }

  /** Takes a full buffer and gives an empty one. */
  ByteBuffer exchange(ByteBuffer buffer) throws IOException {
    checkFailure();
    hand(buffer.flip());
    return buffers.take();
  }

  /** Takes the last bytes and waits until everything is hashed and written. */
  Digest finish(ByteBuffer last) throws IOException {
    stop();
    checkFailure();
    hasher.update(last.duplicate());
    file.write(last);
    return Digest.ofHash(hasher.digest());
  }

  /** Ends the thread, which goes on taking buffers until then. */
  private void stop() {
    boolean interrupted = false;
    boolean told = !thread.isAlive();
    while (!told) {
      try {
        full.put(END);
        told = true;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    Threads.join(thread);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void hand(ByteBuffer buffer) throws IOException {
    try {
      full.put(buffer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("write blob: interrupted");
    }
  }

  private void checkFailure() throws IOException {
    Throwable failed = failure;
    if (failed != null) {
      throw new StoreException(String.valueOf(failed.getMessage()), failed);
    }
  }

  /** Ends the thread; the file is not closed. */
  @Override
  public void close() {
    abandoned = true;
    stop();
  }
}
