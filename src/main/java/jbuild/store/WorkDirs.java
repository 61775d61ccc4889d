package jbuild.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Leased directories under {@code work/}, for upperdirs and the like. A directory's name says which
 * process owns it, so that it is leased from the moment it exists; when the process is dead, {@link
 * StoreSweeper} takes it away.
 */
public final class WorkDirs {
  private final DataRoot root;
  private final Trash trash;

  public WorkDirs(DataRoot root, Trash trash) {
    this.root = root;
    this.trash = trash;
  }

  /** Makes an empty directory with mode 0700. */
  public WorkDir create() throws IOException {
    Path path = root.work().resolve(root.freshName());
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new StoreException("create work directory: " + path + ": " + Failures.reason(e), e);
    }
    return new WorkDir(path, trash);
  }

  /** A directory to work in; closing it throws it away. */
  public static final class WorkDir implements AutoCloseable {
    private final Path path;
    private final Trash trash;

    private WorkDir(Path path, Trash trash) {
      this.path = path;
      this.trash = trash;
    }

    public Path path() {
      return path;
    }

    /** Moves the directory to the trash, which it does not empty; idempotent. */
    @Override
    public void close() throws IOException {
      trash.discard(path);
    }
  }
}
