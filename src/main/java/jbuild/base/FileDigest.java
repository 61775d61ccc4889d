package jbuild.base;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.HostPath;
import jbuild.oci.Digest;

/**
 * The SHA-256 of a file, computed on a thread of its own while the file is put to use. A file that
 * is mostly holes has one only if somebody insists: of a disk image of a terabyte with little in it
 * the import takes seconds, and hashing its zeros would take an hour.
 */
final class FileDigest implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private static final int STAT_BLOCK = 512;

  private final CompletableFuture<Optional<Digest>> result = new CompletableFuture<>();
  private volatile boolean stopped;

  private FileDigest() {}

  /** Whether a file is worth hashing. */
  @FunctionalInterface
  private interface Condition {
    boolean holds() throws IOException;
  }

  /** The digest of whatever file it is. */
  static FileDigest start(Path file) {
    return start(file, () -> true);
  }

  /** The digest of a file of which at least half is there; nothing of others. */
  static FileDigest startUnlessHoles(Path file, RootfsBase.Lazy syscalls) {
    return start(
        file,
        () -> {
          FileStat stat = syscalls.get().statx(Fd.CWD, HostPath.of(file), true);
          return stat.blocks() * STAT_BLOCK >= stat.size() / 2;
        });
  }

  private static FileDigest start(Path file, Condition condition) {
    FileDigest digest = new FileDigest();
    Thread thread = new Thread(() -> digest.run(file, condition), "digest of " + file);
    thread.setDaemon(true);
    thread.start();
    return digest;
  }

  private void run(Path file, Condition condition) {
    try {
      result.complete(condition.holds() ? Optional.of(hash(file)) : Optional.empty());
    } catch (IOException | RuntimeException | LinkageError e) {
      result.completeExceptionally(e);
    }
  }

  private Digest hash(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MessageDigest sha = Digest.sha256();
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      while (!stopped && channel.read(piece.clear()) >= 0) {
        sha.update(piece.flip());
      }
      return Digest.ofHash(sha.digest());
    }
  }

  /** Nobody waits for it any more. */
  @Override
  public void close() {
    stopped = true;
  }

  /** Waits for the result. */
  Optional<Digest> get() throws IOException {
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
