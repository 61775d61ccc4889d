package jbuild.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The file of one named lock; threads take turns by a semaphore. */
final class LockFile {
  private final LockChannel channel;
  private final Semaphore threads = new Semaphore(1);

  LockFile(Path path) {
    this.channel = new LockChannel(path);
  }

  /** Waits for the lock; a shared one may be held by several processes, by one thread of each. */
  FileLock lock(boolean shared) throws IOException {
    try {
      threads.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("lock " + channel + ": interrupted");
    }
    FileLock lock = null;
    try {
      lock = channel.lock(0, Long.MAX_VALUE, shared);
      return lock;
    } finally {
      if (lock == null) {
        threads.release();
      }
    }
  }

  @Nullable FileLock tryLock() throws IOException {
    if (!threads.tryAcquire()) {
      return null;
    }
    FileLock lock = null;
    try {
      lock = channel.tryLock(0, Long.MAX_VALUE);
      return lock;
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
}
