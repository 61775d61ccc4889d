package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import jbuild.io.ByteString;
import jbuild.layer.IndexStore;
import jbuild.layer.LayerExtractor;
import jbuild.layer.LayerUnit;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.store.DataRoot;
import jbuild.store.StoreLock;
import jbuild.store.WorkDirs;

/**
 * The last rung: layers extracted into directories, once, below {@code extracted/} of the data
 * root. The directories are derived and may be deleted while nothing runs on them.
 */
final class DirectoryMounter implements LayerMounter {
  private final Syscalls syscalls;
  private final DataRoot root;
  private final IndexStore indexes;
  private final WorkDirs workDirs;

  DirectoryMounter(Syscalls syscalls, DataRoot root, IndexStore indexes, WorkDirs workDirs) {
    this.syscalls = syscalls;
    this.root = root;
    this.indexes = indexes;
    this.workDirs = workDirs;
  }

  @Override
  public Fd mount(LayerUnit unit) throws IOException {
    Path directory = root.extracted().resolve(unit.key());
    if (!Files.isDirectory(directory)) {
      extract(unit, directory);
    }
    return open(directory);
  }

  private Fd open(Path directory) throws IOException {
    return syscalls.openat(
        Fd.CWD,
        ByteString.of(directory.toString()),
        OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC,
        0);
  }

  @SuppressWarnings("try") // the lock is only held
  private void extract(LayerUnit unit, Path directory) throws IOException {
    try (StoreLock lock = StoreLock.acquire(root, "extract");
        WorkDirs.WorkDir work = workDirs.create()) {
      if (Files.isDirectory(directory)) {
        return; // another process did it while this one waited
      }
      Path tree = work.path().resolve("tree");
      LayerExtractor extractor =
          new LayerExtractor(syscalls, unit.devices(), LayerExtractor.Form.OVERLAY);
      extractor.extract(indexes.tree(unit), tree);
      try (Fd written = open(tree)) {
        // The name says that it is whole, so its content must be on the disk first.
        syscalls.syncfs(written);
      }
      Files.move(tree, directory, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
