package jbuild.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Exclusive locks of any number of keys, between processes and between threads: each key is one
 * byte of one file, which is locked far behind the file's end and never written. So nothing grows
 * and nothing is to be tidied up, and the kernel frees a lock when its process ends, however that
 * happens. Two keys share a byte with a probability of 2<sup>-62</sup>; they then only wait for
 * each other.
 */
public final class KeyLocks {
  private final LockChannel file;

  /** The bytes that threads of this process have or wait for. */
  private final Set<Long> taken = new HashSet<>();

  KeyLocks(Path path) {
    this.file = new LockChannel(path);
  }

  /**
   * Waits until the key is free and takes it. Not reentrant.
   *
   * @param whenWaiting is run when another process has it, before it is waited for
   */
  public KeyLock acquire(Digest key, Runnable whenWaiting) throws IOException {
    long at = position(key);
    takeTurn(at);
    FileLock lock = null;
    try {
      lock = file.tryLock(at, 1);
      if (lock == null) {
        whenWaiting.run();
        lock = file.lock(at, 1, false);
      }
      return new KeyLock(at, lock);
    } finally {
      if (lock == null) {
        endTurn(at);
      }
    }
  }

  /**
   * Takes the key if it is free; null if somebody has it.
   *
   * @param shared whether other processes may take it so as well; threads of this one may not
   */
  public @Nullable KeyLock tryAcquire(Digest key, boolean shared) throws IOException {
    long at = position(key);
    if (!tryTurn(at)) {
      return null;
    }
    FileLock lock = null;
    try {
      lock = file.tryLock(at, 1, shared);
      return lock == null ? null : new KeyLock(at, lock);
    } finally {
      if (lock == null) {
        endTurn(at);
      }
    }
  }

  /** 62 bits: an off_t has no sign, and the end of a range must be one too. */
  private static long position(Digest key) {
    return Long.parseUnsignedLong(key.hex(), 0, 16, 16) >>> 2;
  }

  private synchronized boolean tryTurn(long at) {
    return taken.add(at);
  }

  private synchronized void takeTurn(long at) throws IOException {
    while (!taken.add(at)) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("lock " + file + ": interrupted");
      }
    }
  }

  private synchronized void endTurn(long at) {
    taken.remove(at);
    notifyAll();
  }

  /** A key that is held; any thread may give it back. */
  public final class KeyLock implements AutoCloseable {
    private final long at;
    private @Nullable FileLock lock;

    private KeyLock(long at, FileLock lock) {
      this.at = at;
      this.lock = lock;
    }

    /** Idempotent. */
    @Override
    public synchronized void close() throws IOException {
      FileLock held = lock;
      if (held != null) {
        lock = null;
        try {
          held.release();
        } finally {
          endTurn(at);
        }
      }
    }
  }
}
