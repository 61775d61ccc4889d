package jbuild.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * The content of a {@link DiskFile}: exactly as many bytes as the walk said, or an error. Reads
 * into direct buffers without a copy.
 */
final class DiskFileChannel implements ReadableByteChannel {
  private static final int BOUNCE_SIZE = 64 << 10;

  private final DiskFile file;
  private final Syscalls syscalls;
  private final Fd fd;
  private @Nullable ByteBuffer bounce;
  private long taken;
  private boolean ended;

  /** Owns {@code fd} from now on. */
  DiskFileChannel(DiskFile file, Syscalls syscalls, Fd fd) {
    this.file = file;
    this.syscalls = syscalls;
    this.fd = fd;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    if (!to.hasRemaining()) {
      return 0;
    }
    if (ended) {
      return -1;
    }
    return to.isDirect() ? readDirect(to) : readByBounce(to);
  }

  private int readByBounce(ByteBuffer to) throws IOException {
    ByteBuffer direct = bounce;
    if (direct == null) {
      long most = Math.min(BOUNCE_SIZE, file.stat().size() + 1);
      direct = ByteBuffer.allocateDirect((int) most);
      bounce = direct;
    }
    int count = readDirect(direct.clear().limit(Math.min(direct.capacity(), to.remaining())));
    to.put(direct.flip());
    return count;
  }

  private int readDirect(ByteBuffer to) throws IOException {
    int count;
    try {
      count = syscalls.read(fd, to);
    } catch (ErrnoException e) {
      throw HostFailure.of("read", file.toString(), e);
    }
    taken += count;
    long expected = file.stat().size();
    if (taken > expected || (count == 0 && taken < expected)) {
      throw file.changed();
    }
    // read(2): fewer bytes than asked for are the end of a regular file. Some network file systems
    // give fewer before it, hence the comparison; where both agree one call in two is saved.
    ended = count == 0 || (taken == expected && to.hasRemaining());
    return count == 0 ? -1 : count;
  }

  @Override
  public boolean isOpen() {
    return fd.number() >= 0;
  }

  @Override
  public void close() {
    fd.close();
  }
}
