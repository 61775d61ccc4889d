package jbuild.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import jbuild.oci.Digest;

/**
 * Content by digest. A blob that has its name is whole and never changes; any number of processes
 * may write the same one at once. Reading verifies.
 */
public final class BlobStore {
  private final DataRoot root;
  private final BufferPool buffers = new BufferPool();

  public BlobStore(DataRoot root) {
    this.root = root;
  }

  /** Whether the blob is there; what cannot be looked at is not said to be missing. */
  public boolean contains(Digest digest) throws IOException {
    try {
      return Files.readAttributes(root.blob(digest), BasicFileAttributes.class).isRegularFile();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** As {@link #contains}, and it stays: see {@link DataRoot#keep}. */
  public boolean keep(Digest digest) throws IOException {
    return root.keep(root.blob(digest));
  }

  /** Where the blob is or would be; for the kernel, which mounts layers by path. */
  public Path path(Digest digest) {
    return root.blob(digest);
  }

  /** Size in bytes. */
  public long size(Digest digest) throws IOException {
    try {
      return Files.size(root.blob(digest));
    } catch (NoSuchFileException e) {
      throw missing(digest, e);
    }
  }

  /**
   * The whole blob, verified.
   *
   * @param limit in bytes; a larger blob is refused before it is read
   */
  public byte[] read(Digest digest, int limit) throws IOException {
    byte[] content;
    try (InputStream in = Files.newInputStream(root.blob(digest))) {
      content = in.readNBytes(limit);
      if (in.read() >= 0) {
        throw new StoreException(
            "read blob "
                + digest
                + ": it is larger than "
                + limit
                + " bytes, the limit for its kind");
      }
    } catch (NoSuchFileException e) {
      throw missing(digest, e);
    }
    VerifyingInputStream.check(digest, Digest.of(content));
    return content;
  }

  /**
   * A stream of the blob that fails at its end when the content is not what the digest says. A
   * reader that stops before the end has verified nothing.
   */
  public InputStream open(Digest digest) throws IOException {
    try {
      return new VerifyingInputStream(Files.newInputStream(root.blob(digest)), digest);
    } catch (NoSuchFileException e) {
      throw missing(digest, e);
    }
  }

  /** Stores {@code content}; idempotent. Durable after {@link #sync}. */
  public Digest put(byte[] content) throws IOException {
    try (BlobWriter writer = create()) {
      writer.write(content);
      return writer.commit();
    }
  }

  /** A new blob, whose digest is known when it is committed. */
  public BlobWriter create() {
    return new BlobWriter(root, buffers);
  }

  /**
   * Makes the names of all blobs committed so far durable. {@link References#put} does it before it
   * moves a reference.
   */
  public void sync() throws IOException {
    DataRoot.syncDirectory(root.blobs());
  }

  private StoreException missing(Digest digest, NoSuchFileException cause) {
    return new StoreException("read blob " + digest + ": it is not in " + root.blobs(), cause);
  }
}
