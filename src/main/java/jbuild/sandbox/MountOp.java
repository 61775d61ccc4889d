package jbuild.sandbox;

import java.nio.file.Path;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.linux.Fd;

/**
 * One mount inside the sandbox, beside the root, /proc, /sys and /dev which are always there. The
 * target must exist: a directory for a directory or tmpfs, a file for a file. Symbolic links on the
 * way to it are followed inside the root; /proc's magic links are refused.
 *
 * <p>Mounts are attached in the order given. Targets under /dev land on the sandbox's own /dev;
 * targets under /proc are refused.
 */
public sealed interface MountOp {
  BytePath target();

  /**
   * A file or directory of the host.
   *
   * @param recursive whether mounts below {@code source} come along
   */
  record HostBind(Path source, BytePath target, boolean readOnly, boolean recursive)
      implements MountOp {
    public HostBind {
      Targets.check(target);
    }
  }

  /**
   * An open file or directory, O_PATH will do. The caller keeps the descriptor and may close it as
   * soon as the sandbox has started.
   */
  record Bind(Fd source, BytePath target, boolean readOnly, boolean recursive) implements MountOp {
    public Bind {
      Targets.check(target);
    }
  }

  /**
   * A regular file of the host, read-only, in the sandbox's own /dev. Unlike with the other mounts
   * the place need not be there: it is made in that /dev, which ends with the sandbox.
   */
  record DeviceFile(Path source, BytePath target) implements MountOp {
    public DeviceFile {
      Targets.checkBelowDev(target);
    }
  }

  /**
   * A file or directory of a stack of layers.
   *
   * @param overlay shows the stack; what is written goes to its upper directory
   * @param inside where it lies in the stack, without symbolic links on the way
   */
  record Stack(RootFilesystem.Overlay overlay, BytePath inside, BytePath target, boolean readOnly)
      implements MountOp {
    public Stack {
      Targets.check(target);
    }
  }

  /**
   * A read-only file whose content is nowhere but in memory, and gone with the sandbox.
   *
   * @param mode permissions, such as 0400
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
  record MemoryFile(BytePath target, byte[] content, int uid, int gid, int mode)
      implements MountOp {
    public MemoryFile {
      Targets.check(target);
    }

    /** Without the content. */
    @Override
    public String toString() {
      return "file in memory at " + target;
    }
  }

  /**
   * An empty file system in memory.
   *
   * @param sizeBytes the most it may hold; 0 for the kernel's default, half of the memory
   * @param mode permissions of its root directory, such as 01777
   * @param places what is there for later mounts, each after those above it
   */
  record Tmpfs(BytePath target, long sizeBytes, int mode, List<Place> places) implements MountOp {
    public Tmpfs {
      Targets.check(target);
      places = List.copyOf(places);
    }

    public Tmpfs(BytePath target, long sizeBytes, int mode) {
      this(target, sizeBytes, mode, List.of());
    }
  }

  /**
   * A place to mount on inside what is mounted itself.
   *
   * @param path seen from there
   */
  record Place(BytePath path, boolean isDirectory) {}
}
