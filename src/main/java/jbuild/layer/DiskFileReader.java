package jbuild.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;

/** A {@link DiskFile}, open to be read at any place. */
public final class DiskFileReader implements AutoCloseable {
  private static final int BOUNCE_SIZE = 64 << 10;

  private final DiskFile file;
  private final Syscalls syscalls;
  private final Fd fd;

  /** Owns {@code fd} from now on. */
  DiskFileReader(DiskFile file, Syscalls syscalls, Fd fd) {
    this.file = file;
    this.syscalls = syscalls;
    this.fd = fd;
  }

  /**
   * Reads some bytes at {@code position}, at least one where there is room.
   *
   * @throws LayerException when the file has become shorter
   */
  public int read(ByteBuffer to, long position) throws IOException {
    if (!to.hasRemaining()) {
      return 0;
    }
    if (to.isDirect()) {
      return readDirect(to, position);
    }
    ByteBuffer bounce = ByteBuffer.allocateDirect(Math.min(BOUNCE_SIZE, to.remaining()));
    int count = readDirect(bounce, position);
    to.put(bounce.flip());
    return count;
  }

  private int readDirect(ByteBuffer to, long position) throws IOException {
    int count;
    try {
      count = syscalls.pread(fd, to, position);
    } catch (ErrnoException e) {
      throw HostFailure.of("read", file.toString(), e);
    }
    if (count == 0) {
      throw file.changed();
    }
    return count;
  }

  @Override
  public void close() {
    fd.close();
  }
}
