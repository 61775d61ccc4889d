package jbuild.linux;

import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/** The names in a directory in the kernel's order, which is none: sort them if it matters. */
public final class DirectoryStream implements AutoCloseable {
  private final Syscalls syscalls;
  private final Fd directory;
  private final List<DirEntry> batch = new ArrayList<>();
  private int next;

  private DirectoryStream(Syscalls syscalls, Fd directory) {
    this.syscalls = syscalls;
    this.directory = directory;
  }

  /** Opens the directory {@code path}, seen from {@code dir}; a final symbolic link is refused. */
  public static DirectoryStream open(Syscalls syscalls, Fd dir, ByteString path)
      throws ErrnoException {
    int flags = OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
    return new DirectoryStream(syscalls, syscalls.openat(dir, path, flags, 0));
  }

  /** The open directory, for {@code *at} calls on the entries; closed with the stream. */
  public Fd directory() {
    return directory;
  }

  /** The next entry, or null at the end. */
  public @Nullable DirEntry next() throws ErrnoException {
    if (next == batch.size()) {
      batch.clear();
      next = 0;
      // A batch can consist of "." and ".." alone, so an empty one is not the end.
      while (batch.isEmpty()) {
        if (!syscalls.getdents64(directory, batch)) {
          return null;
        }
      }
    }
    return batch.get(next++);
  }

  @Override
  public void close() {
    directory.close();
  }
}
