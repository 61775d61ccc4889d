package jbuild.snapshot;

import java.nio.file.Path;
import java.util.List;
import jbuild.linux.Fd;
import jbuild.sandbox.RootFilesystem;

/** A root that can be written to, in use by at most one sandbox at a time. */
public final class ActiveSnapshot implements AutoCloseable {
  private final Path upper;
  private final RootFilesystem.Overlay root;
  private final List<Fd> owned;

  ActiveSnapshot(Path upper, RootFilesystem.Overlay root, List<Fd> owned) {
    this.upper = upper;
    this.root = root;
    this.owned = owned;
  }

  /** Holds what was changed, in overlayfs's form; a lower directory for the next snapshot. */
  public Path upper() {
    return upper;
  }

  public RootFilesystem.Overlay root() {
    return root;
  }

  /** Gives up the descriptors. The directories stay: they are the caller's. */
  @Override
  public void close() {
    for (Fd directory : owned) {
      directory.close();
    }
  }
}
