package jbuild.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on a thread of its own, a few recycled buffers ahead of the reader. The thread
 * owns the stream and closes it: at its end, on failure, or after {@link #close} as soon as its
 * current read returns. A failure is thrown to the reader after the bytes that came before it.
 */
final class ReadAheadInputStream extends InputStream {
  private static final int BUFFERS = 4;
  private static final int BUFFER_SIZE = 256 << 10;

  private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(BUFFERS);
  private final Thread thread;
  private final byte[] single = new byte[1];
  private @Nullable Chunk current;
  private int position;
  private boolean ended;
  private boolean closed;

  /** A buffer on its way round; a chunk of length -1 ends the stream, with or without a failure. */
  private static final class Chunk {
    final byte[] bytes;
    int length;
    @Nullable Throwable failure;

    Chunk(int size) {
      bytes = new byte[size];
    }
  }

  ReadAheadInputStream(InputStream source, String what) {
    for (int i = 0; i < BUFFERS; i++) {
      free.add(new Chunk(BUFFER_SIZE));
    }
    thread = new Thread(() -> run(source), "read ahead: " + what);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(InputStream source) {
    Chunk end = new Chunk(0);
    end.length = -1;
    try (source) {
      while (true) {
        Chunk chunk = free.take();
        chunk.length = 0;
        int count = source.read(chunk.bytes, 0, BUFFER_SIZE);
        if (count < 0) {
          break;
        }
        try {
          while (count >= 0 && chunk.length + count < BUFFER_SIZE) {
            chunk.length += count;
            count = source.read(chunk.bytes, chunk.length, BUFFER_SIZE - chunk.length);
          }
          chunk.length += Math.max(0, count);
        } finally {
          full.add(chunk); // also when the read failed: what came before the failure is good
        }
      }
    } catch (InterruptedException closedByReader) {
      // only close() interrupts this thread: nobody waits for its result
    } catch (IOException | RuntimeException | Error e) {
      end.failure = e; // thrown by read() on the reader's thread
    }
    full.add(end);
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("read ahead: the stream is closed");
    }
    if (length == 0) {
      return 0;
    }
    Chunk chunk = current;
    if (chunk == null || position == chunk.length) {
      chunk = next(chunk);
      if (chunk == null) {
        return -1;
      }
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk.bytes, position, target, offset, count);
    position += count;
    return count;
  }

  private @Nullable Chunk next(@Nullable Chunk used) throws IOException {
    if (ended) {
      return null;
    }
    if (used != null) {
      free.add(used);
      current = null;
    }
    Chunk chunk;
    try {
      chunk = full.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("read ahead: interrupted");
    }
    if (chunk.length < 0) {
      ended = true;
      if (chunk.failure != null) {
        throw asIOException(chunk.failure);
      }
      return null;
    }
    current = chunk;
    position = 0;
    return chunk;
  }

  private static IOException asIOException(Throwable failure) {
    if (failure instanceof CorruptInputException corrupt) {
      return new CorruptInputException(corrupt.label(), corrupt.offset(), corrupt.what(), corrupt);
    }
    return new IOException(failure.getMessage(), failure);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
