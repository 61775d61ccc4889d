package jbuild.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A file whose ranges are locked, between processes. Such locks are POSIX record locks, of which a
 * process loses all when it closes <em>any</em> descriptor of the file (fcntl(2), "Advisory record
 * locking"): so the file is opened once and stays open. A record lock does not know threads; the
 * callers see to it that only one of them asks for a range.
 */
final class LockChannel {
  private static final long RETRY_NANOS = 1_000_000;

  private final Path path;
  private @Nullable FileChannel channel;

  LockChannel(Path path) {
    this.path = path;
  }

  /** Waits until the range is free and takes it. */
  FileLock lock(long position, long size, boolean shared) throws IOException {
    FileLock lock = null;
    while (lock == null) {
      lock = lockOnce(position, size, shared);
    }
    return lock;
  }

  private @Nullable FileLock lockOnce(long position, long size, boolean shared) throws IOException {
    try {
      return open().lock(position, size, shared);
    } catch (OverlappingFileLockException heldByAnotherRootOfThisJvm) {
      LockSupport.parkNanos(RETRY_NANOS);
      return null;
    } catch (IOException e) {
      // The kernel looks for deadlocks between processes and knows no threads: two processes whose
      // threads wait for different locks of each other look like one (fcntl(2), EDEADLK).
      if (String.valueOf(e.getMessage()).contains("deadlock")) {
        LockSupport.parkNanos(RETRY_NANOS);
        return null;
      }
      throw failure(e);
    }
  }

  /** Takes the range when it is free; null when somebody has it. */
  @Nullable FileLock tryLock(long position, long size) throws IOException {
    return tryLock(position, size, false);
  }

  /** As {@link #tryLock(long, long)}; shared ones of several processes get on with each other. */
  @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    try {
      return open().tryLock(position, size, shared);
    } catch (OverlappingFileLockException heldByAnotherRootOfThisJvm) {
      return null;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private synchronized FileChannel open() throws IOException {
    FileChannel known = channel;
    if (known == null || !known.isOpen()) { // a channel closes when its thread is interrupted
      known =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channel = known;
    }
    return known;
  }

  private StoreException failure(IOException e) {
    return new StoreException("lock " + path + ": " + Failures.reason(e), e);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
