package jbuild.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The file of one named lock. Locks between processes are POSIX record locks, of which a process
 * loses all when it closes <em>any</em> descriptor of the file (fcntl(2), "Advisory record
 * locking"): so the file is opened once and stays open. Threads take turns by a semaphore, since a
 * record lock does not know them.
 */
final class LockFile {
  private static final long RETRY_NANOS = 1_000_000;

  private final Path path;
  private final Semaphore threads = new Semaphore(1);
  private @Nullable FileChannel channel; // guarded by threads

  LockFile(Path path) {
    this.path = path;
  }

  FileLock lock() throws IOException {
    try {
      threads.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("lock " + path + ": interrupted");
    }
    FileLock lock = null;
    try {
      while (lock == null) {
        lock = lockOnce();
      }
      return lock;
    } finally {
      if (lock == null) {
        threads.release();
      }
    }
  }

  private @Nullable FileLock lockOnce() throws IOException {
    try {
      return open().lock();
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
      throw new StoreException("lock " + path + ": " + Failures.reason(e), e);
    }
  }

  @Nullable FileLock tryLock() throws IOException {
    if (!threads.tryAcquire()) {
      return null;
    }
    FileLock lock = null;
    try {
      lock = open().tryLock();
      return lock;
    } catch (OverlappingFileLockException heldByAnotherRootOfThisJvm) {
      return null;
    } finally {
      if (lock == null) {
        threads.release();
      }
    }
  }

  void unlock(FileLock lock) throws IOException {
    try {
      lock.release();
    } finally {
      threads.release();
    }
  }

  private FileChannel open() throws IOException {
    FileChannel known = channel;
    if (known == null || !known.isOpen()) { // a channel closes when its thread is interrupted
      try {
        known = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new StoreException("lock " + path + ": " + Failures.reason(e), e);
      }
      channel = known;
    }
    return known;
  }
}
