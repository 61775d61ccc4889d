package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.layer.LayerUnit;
import jbuild.linux.Fd;
import jbuild.linux.LoopDevice;
import jbuild.linux.Syscalls;

/**
 * As {@link ErofsMounter}, on loop devices that free themselves when the mount ends
 * (LO_FLAGS_AUTOCLEAR, loop(4)).
 */
final class LoopMounter implements LayerMounter {
  private final Syscalls syscalls;

  LoopMounter(Syscalls syscalls) {
    this.syscalls = syscalls;
  }

  @Override
  public Fd mount(LayerUnit unit) throws IOException {
    List<LoopDevice> loops = new ArrayList<>();
    try {
      LoopDevice index = attach(unit.index(), loops);
      List<Path> devices = new ArrayList<>();
      for (Path blob : unit.devices()) {
        devices.add(attach(blob, loops).path());
      }
      return ErofsMounter.mount(syscalls, index.path(), devices);
    } finally {
      // The mount holds the devices now, or they are given back.
      for (LoopDevice loop : loops) {
        loop.close();
      }
    }
  }

  private LoopDevice attach(Path file, List<LoopDevice> loops) throws IOException {
    LoopDevice loop = LoopDevice.attach(syscalls, file);
    loops.add(loop);
    return loop;
  }
}
