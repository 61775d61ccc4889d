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
 * <p>A block must not be changed by those who get it. The array of one that was only {@linkplain
 * #read read} is filled again when the block is forgotten; one that was {@linkplain #get given
 * away} is not. Safe for use by several threads.
 */
public final class BlockCache implements AutoCloseable {
  /** Decodes a block that is not in the cache. */
  @FunctionalInterface
  public interface Loader {
    byte[] load() throws IOException;
  }

  /** Decodes a block into an array that is there. */
  @FunctionalInterface
  public interface Filler {
    /**
     * Decodes it.
     *
     * @param block its content may be anything before
     * @return how many bytes of it are the block
     */
    int fill(byte[] block) throws IOException;
  }

  /** Looks at a block. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Called once.
     *
     * @param block not to be kept
     * @param length how many bytes of it are the block
     */
    void read(byte[] block, int length) throws IOException;
  }

  /** A block, which is the beginning of its array. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
  private record Block(byte[] array, int length) {}

  private interface Decoding {
    Block decode() throws IOException;
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
    final Decoding decoding;
    final AtomicBoolean claimed = new AtomicBoolean();
    final CountDownLatch done = new CountDownLatch(1);
    int size; // guarded by the cache
    int readers; // as well; who is given the block reads it forever
    boolean forgotten; // as well
    volatile @Nullable Block block;
    volatile @Nullable Throwable failure;

    Slot(Key key, Decoding decoding, int size) {
      this.key = key;
      this.decoding = decoding;
      this.size = size;
    }
  }

  private record Announcement(Slot slot, int size) {}

  private final long capacity;
  private final Thread[] threads;

  /** Announcing a block makes room for it: arrays of the blocks that went wait for its decoder. */
  private final SpareArrays spare; // guarded by "this"

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
    this.spare = new SpareArrays(capacity / 2);
    this.threads = new Thread[threads];
  }

  /**
   * The block that starts at {@code position} of {@code image}.
   *
   * @param position identifies the block within the image; any number that only it has
   * @param size about how many bytes it will have
   */
  public byte[] get(Object image, long position, int size, Loader loader) throws IOException {
    return decoded(pinned(image, position, size, given(loader))).array;
  }

  /**
   * Has {@code reader} look at the block that starts at {@code position} of {@code image}.
   *
   * @param position as above
   * @param size of the array that {@code filler} gets
   */
  public void read(Object image, long position, int size, Filler filler, Reader reader)
      throws IOException {
    Slot slot = pinned(image, position, size, filled(size, filler));
    try {
      Block block = decoded(slot);
      reader.read(block.array, block.length);
    } finally {
      release(slot);
    }
  }

  private static Decoding given(Loader loader) {
    return () -> {
      byte[] block = loader.load();
      return new Block(block, block.length);
    };
  }

  private Decoding filled(int size, Filler filler) {
    return () -> {
      byte[] array = spareArray(size);
      return new Block(array, filler.fill(array));
    };
  }

  private synchronized byte[] spareArray(int size) {
    return spare.take(size);
  }

  private synchronized Slot pinned(Object image, long position, int size, Decoding decoding) {
    Key key = new Key(image, position);
    Slot slot = slots.get(key);
    if (slot == null) {
      slot = add(key, size, decoding);
    }
    slot.readers++;
    return slot;
  }

  private synchronized void release(Slot slot) {
    slot.readers--;
    reuse(slot);
  }

  /** Keeps the array of a block that nobody reads and nobody will. */
  private void reuse(Slot slot) {
    Block block = slot.block;
    if (slot.forgotten && slot.readers == 0 && block != null) {
      spare.give(block.array);
    }
  }

  private Block decoded(Slot slot) throws IOException {
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
    announce(image, position, size, given(loader));
  }

  /** As above, for {@link #read}. */
  public void willRead(Object image, long position, int size, Filler filler) {
    announce(image, position, size, filled(size, filler));
  }

  private synchronized void announce(Object image, long position, int size, Decoding decoding) {
    Key key = new Key(image, position);
    if (!hasRoom(size) || slots.containsKey(key)) {
      return;
    }
    Slot slot = add(key, size, decoding);
    announced.add(new Announcement(slot, size));
    announcedBytes += size;
    start();
    notify();
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

  private Slot add(Key key, int size, Decoding decoding) {
    Slot slot = new Slot(key, decoding, size);
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
    Block block = null;
    try {
      block = slot.decoding.decode();
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
          held += block.array.length - slot.size;
          slot.size = block.array.length;
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
        slot.forgotten = true;
        reuse(slot);
      }
    }
  }

  private static Block await(Slot slot) throws IOException {
    Block block = slot.block;
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
