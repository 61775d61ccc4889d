package jbuild.base;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import jbuild.oci.Digest;

/** The SHA-256 of a file, computed on a thread of its own while the file is put to use. */
final class FileDigest implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final CompletableFuture<Digest> result = new CompletableFuture<>();
  private volatile boolean stopped;

  private FileDigest() {}

  static FileDigest start(Path file) {
    FileDigest digest = new FileDigest();
    Thread thread = new Thread(() -> digest.run(file), "digest of " + file);
    thread.setDaemon(true);
    thread.start();
    return digest;
  }

  private void run(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MessageDigest sha = Digest.sha256();
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      while (!stopped && channel.read(piece.clear()) >= 0) {
        sha.update(piece.flip());
      }
      result.complete(Digest.ofHash(sha.digest()));
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  /** Nobody waits for it any more. */
  @Override
  public void close() {
    stopped = true;
  }

  /** Waits for the result. */
  Digest get() throws IOException {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("digest of a file: interrupted");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(cause.getMessage(), cause);
    }
  }
}
