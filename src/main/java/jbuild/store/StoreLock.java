package jbuild.store;

import java.io.IOException;
import java.nio.channels.FileLock;
import org.jspecify.annotations.Nullable;

/**
 * A named lock of the data root, between processes and between threads; exclusive if not said. The
 * kernel frees it when its process ends, however that happens. Not reentrant; any thread may close
 * it.
 */
public final class StoreLock implements AutoCloseable {
  private final LockFile file;
  private @Nullable FileLock lock;

  private StoreLock(LockFile file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Waits until the lock is free and takes it.
   *
   * @param name of the file in {@code locks/}
   */
  public static StoreLock acquire(DataRoot root, String name) throws IOException {
    LockFile file = root.lockFile(name);
    return new StoreLock(file, file.lock(false));
  }

  /** As {@link #acquire}, beside other processes that share it; threads still take turns. */
  static StoreLock acquireShared(DataRoot root, String name) throws IOException {
    LockFile file = root.lockFile(name);
    return new StoreLock(file, file.lock(true));
  }

  /** Takes the lock when it is free; null when somebody has it. */
  public static @Nullable StoreLock tryAcquire(DataRoot root, String name) throws IOException {
    LockFile file = root.lockFile(name);
    FileLock lock = file.tryLock();
    return lock == null ? null : new StoreLock(file, lock);
  }

  @Override
  public synchronized void close() throws IOException {
    FileLock held = lock;
    if (held != null) {
      lock = null;
      file.unlock(held);
    }
  }
}
