package jbuild.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Decoded blocks of all the images that are read at the same time, nested ones included: bounded in
 * bytes, least recently used ones go first, and decoded ahead on threads of its own.
 *
 * <p>A block is decoded once at a time: who wants one that another thread is decoding waits for it,
 * who wants one that is only announced decodes it himself. Loaders may ask the same cache for
 * blocks of an image further out; as nesting has no cycles, nobody waits for himself.
 *
 * <p>A block must not be changed by those who get it. Safe for use by several threads.
 */
public final class BlockCache implements AutoCloseable {
  /** Decodes a block that is not in the cache. */
  @FunctionalInterface
  public interface Loader {
    byte[] load() throws IOException;
  }

  /** {@code image} is compared by identity. */
  private record Key(Object image, long position) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && image == that.image && position == that.position;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(image) * 31 + Long.hashCode(position);
    }
  }

  /** A block that is there, is being decoded, or waits to be; {@code size} is a guess till then. */
  private static final class Slot {
    final Key key;
    final Loader loader;
    final AtomicBoolean claimed = new AtomicBoolean();
    final CountDownLatch done = new CountDownLatch(1);
    int size; // guarded by the cache
    volatile byte @Nullable [] block;
    volatile @Nullable Throwable failure;

    Slot(Key key, Loader loader, int size) {
      this.key = key;
      this.loader = loader;
      this.size = size;
    }
  }

  private record Announcement(Slot slot, int size) {}

  private final long capacity;
  private final Thread[] threads;

  // All below: guarded by "this".
  private final Map<Key, Slot> slots = new LinkedHashMap<>(256, 0.75f, true);
  private final ArrayDeque<Announcement> announced = new ArrayDeque<>();
  private long held;
  private long announcedBytes;
  private boolean closed;

  /**
   * @param capacity in bytes of decoded blocks; what is announced takes at most half of it
   * @param threads how many decode ahead, at least 0
   */
  public BlockCache(long capacity, int threads) {
    this.capacity = capacity;
    this.threads = new Thread[threads];
  }

  /**
   * The block that starts at {@code position} of {@code image}.
   *
   * @param position identifies the block within the image; any number that only it has
   * @param size about how many bytes it will have
   */
  public byte[] get(Object image, long position, int size, Loader loader) throws IOException {
    Key key = new Key(image, position);
    Slot slot;
    synchronized (this) {
      slot = slots.get(key);
      if (slot == null) {
        slot = add(key, size, loader);
      }
    }
    if (slot.claimed.compareAndSet(false, true)) {
      decode(slot);
    }
    return await(slot);
  }

  /** Whether an announcement of {@code size} bytes would be taken. */
  public synchronized boolean hasRoom(int size) {
    return threads.length > 0 && !closed && announcedBytes + size <= capacity / 2;
  }

  /** Says that a block will be wanted soon; ignored when too much is announced already. */
  public void willNeed(Object image, long position, int size, Loader loader) {
    synchronized (this) {
      Key key = new Key(image, position);
      if (!hasRoom(size) || slots.containsKey(key)) {
        return;
      }
      Slot slot = add(key, size, loader);
      announced.add(new Announcement(slot, size));
      announcedBytes += size;
      start();
      notifyAll();
    }
  }

  /** Ends the threads after what they are doing; nothing is announced any more. */
  @Override
  public synchronized void close() {
    closed = true;
    announced.clear();
    slots.clear();
    held = 0;
    notifyAll();
  }

  private Slot add(Key key, int size, Loader loader) {
    Slot slot = new Slot(key, loader, size);
    slots.put(key, slot);
    held += size;
    return slot;
  }

  private void start() {
    if (threads.length > 0 && threads[0] == null) {
      for (int i = 0; i < threads.length; i++) {
        threads[i] = new Thread(this::work, "decode blocks " + i);
        threads[i].setDaemon(true);
        threads[i].start();
      }
    }
  }

  private void work() {
    try {
      for (Announcement next = next(); next != null; next = next()) {
        if (next.slot.claimed.compareAndSet(false, true)) {
          decode(next.slot);
        }
        synchronized (this) {
          announcedBytes -= next.size;
        }
      }
    } catch (InterruptedException ended) {
      // nobody interrupts these threads but the JVM's end
    }
  }

  private synchronized @Nullable Announcement next() throws InterruptedException {
    while (announced.isEmpty() && !closed) {
      wait();
    }
    return announced.poll();
  }

  /** Never throws: failures are thrown to whoever gets the block. */
  private void decode(Slot slot) {
    byte[] block = null;
    try {
      block = slot.loader.load();
      slot.block = block;
    } catch (IOException | RuntimeException | Error e) {
      slot.failure = e;
    }
    synchronized (this) {
      if (slots.get(slot.key) == slot) {
        if (block == null) {
          slots.remove(slot.key); // a failure is not kept: the next one to ask gets its own
          held -= slot.size;
        } else {
          held += block.length - slot.size;
          slot.size = block.length;
          evict(slot);
        }
      }
    }
    slot.done.countDown();
  }

  /** Forgets old blocks until the rest fits; {@code kept} stays, and what is not decoded yet. */
  private void evict(Slot kept) {
    Iterator<Slot> oldest = slots.values().iterator();
    while (held > capacity && oldest.hasNext()) {
      Slot slot = oldest.next();
      if (slot != kept && slot.block != null) {
        held -= slot.size;
        oldest.remove();
      }
    }
  }

  private static byte[] await(Slot slot) throws IOException {
    byte[] block = slot.block;
    if (block == null) {
      try {
        slot.done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("decode block: interrupted");
      }
      block = slot.block;
    }
    if (block != null) {
      return block;
    }
    Throwable failure = slot.failure;
    if (failure instanceof CorruptInputException corrupt) {
      throw new CorruptInputException(corrupt.label(), corrupt.offset(), corrupt.what(), corrupt);
    }
    if (failure instanceof IOException io) {
      throw new IOException(io.getMessage(), io);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    throw new IOException("decode block: " + failure, failure);
  }
}
