package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
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
    if (!root.keep(directory)) {
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
      if (root.keep(directory)) {
        return; // another process did it while this one waited
      }
      Path tree = work.path().resolve("tree");
      LayerExtractor extractor =
          new LayerExtractor(syscalls, unit.devices(), LayerExtractor.Form.OVERLAY);
      extractor.extract(indexes.tree(unit), tree);
      // Its time is that of its use, for garbage collections; what a container sees of its root is
      // the upper directory's.
      Files.setLastModifiedTime(tree, FileTime.fromMillis(System.currentTimeMillis()));
      try (Fd written = open(tree)) {
        // The name says that it is whole, so its content must be on the disk first.
        syscalls.syncfs(written);
      }
      Files.move(tree, directory, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
