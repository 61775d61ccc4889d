package jbuild.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import jbuild.oci.Digest;

/**
 * What a living command says to garbage collections, by one empty file in {@code leases/} that
 * carries its owner in its name. There are two kinds:
 *
 * <ul>
 *   <li>{@link #onEverything}, for commands that make things: nothing is removed whose modification
 *       time is not older than the lease (and {@link #SLACK_MILLIS}). What is made is new; what was
 *       there before and is taken instead of being made is touched ({@link DataRoot#keep}).
 *   <li>{@link #onImage}, for commands that read one image: it counts as referred to. Such a lease
 *       keeps nothing else, so that a container may run for months.
 * </ul>
 *
 * <p>Both are taken, and old things touched, under the shared lock {@value #LOCK}. A collection
 * looks at the leases, the times and the names and removes under the exclusive one, a few files at
 * a time. So of "it is there, I take it" and "nobody wants it, it goes" one happens wholly before
 * the other.
 */
public final class Lease implements AutoCloseable {
  static final String LOCK = "gc";

  /**
   * What is younger than this when a lease is taken need not be touched: builds one after the other
   * touch nothing. Longer than clocks are set back in daily life.
   */
  static final long SLACK_MILLIS = 10 * 60_000;

  private final DataRoot root;
  private final Path file;
  private final FileTime since;

  private Lease(DataRoot root, Path file) throws IOException {
    this.root = root;
    this.file = file;
    this.since = Files.getLastModifiedTime(file);
  }

  /** Keeps all that is new, and what this process says it needs, until it is closed. */
  @SuppressWarnings("try") // the lock is held, not looked at
  public static Lease onEverything(DataRoot root) throws IOException {
    try (StoreLock lock = StoreLock.acquireShared(root, LOCK)) {
      Lease lease = new Lease(root, create(root, root.freshName()));
      root.lend(lease);
      return lease;
    }
  }

  /**
   * Keeps one image with all that belongs to it until it is closed.
   *
   * @throws StoreException when something of the image is not there (any more)
   */
  @SuppressWarnings("try")
  public static Lease onImage(DataRoot root, Image image) throws IOException {
    try (StoreLock lock = StoreLock.acquireShared(root, LOCK)) {
      Digest manifest = image.descriptor().digest();
      Lease lease = new Lease(root, create(root, root.freshName() + "-" + manifest.hex()));
      for (Digest blob : image.blobs()) {
        if (!Files.exists(root.blob(blob))) {
          lease.close();
          throw ImageStore.missing(image, blob);
        }
      }
      return lease;
    }
  }

  private static Path create(DataRoot root, String name) throws IOException {
    Path file = root.leases().resolve(name);
    try {
      return Files.createFile(file);
    } catch (IOException e) {
      throw new StoreException("take a lease: " + file + ": " + Failures.reason(e), e);
    }
  }

  /** See {@link DataRoot#keep}. */
  @SuppressWarnings("try")
  boolean keep(Path path) throws IOException {
    try {
      if (Files.getLastModifiedTime(path).toMillis() >= since.toMillis() - SLACK_MILLIS) {
        return true;
      }
      try (StoreLock lock = StoreLock.acquireShared(root, LOCK)) {
        long now = Math.max(System.currentTimeMillis(), since.toMillis());
        Files.setLastModifiedTime(path, FileTime.fromMillis(now));
      }
      return true;
    } catch (NoSuchFileException gone) {
      return false;
    } catch (AccessDeniedException anotherUsers) {
      return true; // only its owner may touch a file; reading it goes on as it did
    }
  }

  /** Gives everything free; idempotent. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
