package jbuild.fsck;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/** Reads all blobs and compares their digests with their names, on all processors. */
final class BlobHashes {
  private static final int BUFFER = 1 << 20;

  private final Map<Digest, String> damaged = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private long count;

  private BlobHashes() {}

  /** The blobs of which the content is not looked at. */
  static BlobHashes none() {
    return new BlobHashes();
  }

  static BlobHashes read(DataRoot root) throws IOException {
    BlobHashes hashes = new BlobHashes();
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<?>> work = new ArrayList<>();
      try (DirectoryStream<Path> blobs = Files.newDirectoryStream(root.blobs())) {
        for (Path blob : blobs) {
          Digest name = digest(blob);
          if (name != null) {
            hashes.count++;
            work.add(threads.submit(() -> hashes.hash(blob, name)));
          }
        }
      }
      for (Future<?> one : work) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("verify blobs: interrupted");
    } catch (ExecutionException e) {
      throw new IOException("verify blobs: " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
    }
    return hashes;
  }

  private static @Nullable Digest digest(Path blob) {
    try {
      return new Digest(blob.getFileName().toString());
    } catch (IllegalArgumentException nothingOfOurs) {
      return null;
    }
  }

  private void hash(Path blob, Digest name) {
    MessageDigest hasher = Digest.sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(blob)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hasher.update(buffer, 0, read);
        bytes.addAndGet(read);
      }
      Digest actual = Digest.ofHash(hasher.digest());
      if (!actual.equals(name)) {
        damaged.put(name, "its content is damaged, its digest is " + actual);
      }
    } catch (NoSuchFileException collectedMeanwhile) {
      // whoever needs it says that it is not there
    } catch (IOException unreadable) {
      damaged.put(name, "it cannot be read: " + unreadable.getMessage());
    }
  }

  /** What is wrong with each damaged blob. */
  Map<Digest, String> damaged() {
    return damaged;
  }

  long count() {
    return count;
  }

  long bytes() {
    return bytes.get();
  }
}
