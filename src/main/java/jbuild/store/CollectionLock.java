package jbuild.store;

import java.io.IOException;

/**
 * Held by a garbage collection while it removes a few things that it has just found to be of no
 * use, and never for long: meanwhile no command takes a lease and none takes what is old.
 */
public final class CollectionLock implements AutoCloseable {
  private final StoreLock lock;
  private final Leases leases;

  private CollectionLock(StoreLock lock, Leases leases) {
    this.lock = lock;
    this.leases = leases;
  }

  public static CollectionLock acquire(DataRoot root) throws IOException {
    StoreLock lock = StoreLock.acquire(root, Lease.LOCK);
    try {
      return new CollectionLock(lock, Leases.read(root));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** The leases there are while the lock is held. */
  public Leases leases() {
    return leases;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
