package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import jbuild.io.ByteString;
import jbuild.layer.LayerUnit;
import jbuild.linux.Fd;
import jbuild.linux.MountFlags;
import jbuild.linux.Syscalls;

/**
 * Mounts an index with its tars as devices, detached: the mount has no place in any mount table and
 * ends with its last descriptor (fsopen(2), fsmount(2)).
 */
final class ErofsMounter implements LayerMounter {
  private final Syscalls syscalls;

  ErofsMounter(Syscalls syscalls) {
    this.syscalls = syscalls;
  }

  @Override
  public Fd mount(LayerUnit unit) throws IOException {
    return mount(syscalls, unit.index(), unit.devices());
  }

  /** Mounts the EROFS file or device {@code source}, read-only. */
  static Fd mount(Syscalls syscalls, Path source, Iterable<Path> devices) throws IOException {
    try (Fd context = syscalls.fsopen("erofs")) {
      syscalls.fsconfigString(context, "source", ByteString.of(source.toString()));
      for (Path device : devices) {
        syscalls.fsconfigString(context, "device", ByteString.of(device.toString()));
      }
      syscalls.fsconfigFlag(context, "ro");
      syscalls.fsconfigCreate(context);
      return syscalls.fsmount(context, MountFlags.ATTR_RDONLY | MountFlags.ATTR_NODEV);
    }
  }
}
