package jbuild.snapshot;

import java.util.Locale;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;

/** The ways to make layers mountable, the best first. See docs/decisions/0001. */
public enum Rung {
  /** EROFS mounted straight from the index file, the tars as its devices. Nothing is copied. */
  EROFS,
  /** The same on loop devices: for stores on file systems the kernel does not mount files of. */
  LOOP,
  /**
   * Directories extracted from the tars. Works wherever overlayfs does, and costs what it costs.
   */
  DIRECTORY;

  /** Reads the value of JBUILD_SNAPSHOTTER. */
  public static Rung parse(String name) {
    for (Rung rung : values()) {
      if (rung.label().equals(name)) {
        return rung;
      }
    }
    throw new IllegalArgumentException(
        "JBUILD_SNAPSHOTTER=" + name + ": unknown (use erofs, loop or directory)");
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether a failure means that the machine does not offer this way, as opposed to a layer that is
   * broken: no EROFS in the kernel, no file-backed mounts of it or not on this file system, no
   * privilege, no loop devices. ENOENT is none of these: a blob is missing.
   */
  static boolean isRefusal(ErrnoException failure) {
    return failure.is(Errno.ENODEV)
        || failure.is(Errno.ENOTBLK)
        || failure.is(Errno.EPERM)
        || failure.is(Errno.EACCES)
        || failure.is(Errno.EOPNOTSUPP)
        || failure.is(Errno.ENOSYS)
        || failure.is(Errno.EINVAL)
        || failure.is(Errno.ENXIO);
  }
}
