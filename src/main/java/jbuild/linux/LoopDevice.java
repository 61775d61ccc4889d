package jbuild.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** A file as a read-only block device, loop(4). It vanishes when it is closed and not mounted. */
public final class LoopDevice implements AutoCloseable {
  private static final long LOOP_CTL_GET_FREE = 0x4C82;
  private static final long LOOP_CONFIGURE = 0x4C0A;

  /** struct loop_config, include/uapi/linux/loop.h: {u32 fd, block_size; loop_info64; u64[8]}. */
  private static final int CONFIG_SIZE = 304;

  /** loop_info64's lo_flags, counted from the start of struct loop_config. */
  private static final int FLAGS = 8 + 52;

  private static final int LO_FLAGS_READ_ONLY = 1;
  private static final int LO_FLAGS_AUTOCLEAR = 4;

  /** How often another process may take the free device first. */
  private static final int ATTEMPTS = 64;

  private final Path path;
  private final Fd device;

  private LoopDevice(Path path, Fd device) {
    this.path = path;
    this.device = device;
  }

  /** Attaches {@code file}. Needs CAP_SYS_ADMIN and Linux 5.8. */
  public static LoopDevice attach(Syscalls syscalls, Path file) throws ErrnoException {
    ByteBuffer config = ByteBuffer.allocateDirect(CONFIG_SIZE).order(ByteOrder.nativeOrder());
    config.putInt(FLAGS, LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR);
    try (Fd backing = open(syscalls, file, OpenFlags.RDONLY);
        Fd control = openDevice(syscalls, Path.of("/dev/loop-control"), OpenFlags.RDWR)) {
      config.putInt(0, backing.number());
      for (int attempt = 1; ; attempt++) {
        Path path = Path.of("/dev/loop" + syscalls.ioctl(control, LOOP_CTL_GET_FREE, 0));
        Fd device = openDevice(syscalls, path, OpenFlags.RDONLY);
        try {
          syscalls.ioctl(device, LOOP_CONFIGURE, config);
          return new LoopDevice(path, device);
        } catch (ErrnoException e) {
          device.close();
          if (!e.is(Errno.EBUSY) || attempt == ATTEMPTS) {
            throw new ErrnoException("attach " + file + " to " + path, e.errno());
          }
        }
      }
    }
  }

  /**
   * A missing node is a missing device (ENODEV), which a missing {@code file} must not look like.
   */
  private static Fd openDevice(Syscalls syscalls, Path path, int flags) throws ErrnoException {
    try {
      return open(syscalls, path, flags);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        throw new ErrnoException("openat " + path, Errno.ENODEV, "there is no such file");
      }
      throw e;
    }
  }

  private static Fd open(Syscalls syscalls, Path path, int flags) throws ErrnoException {
    return syscalls.openat(Fd.CWD, HostPath.of(path), flags, 0);
  }

  /** The block device, for mount(2). */
  public Path path() {
    return path;
  }

  public Fd device() {
    return device;
  }

  @Override
  public void close() {
    device.close();
  }
}
