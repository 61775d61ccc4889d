package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BlockCacheTest {
  private final Object image = new Object();
  private final AtomicInteger decoded = new AtomicInteger();

  private byte[] block(int value) {
    decoded.incrementAndGet();
    return new byte[] {(byte) value, 0, 0, 0};
  }

  @Test
  void a_block_is_decoded_once_while_there_is_room() throws IOException {
    try (BlockCache cache = new BlockCache(100, 0)) {
      byte[] first = cache.get(image, 7, 4, () -> block(7));
      assertSame(first, cache.get(image, 7, 4, () -> block(8)));
      assertEquals(1, decoded.get());
    }
  }

  private byte[] readArray(BlockCache cache, int position, int size) throws IOException {
    byte[][] seen = new byte[1][];
    cache.read(
        image,
        position,
        size,
        block -> {
          decoded.incrementAndGet();
          block[0] = (byte) position;
          return size - 1;
        },
        (block, length) -> {
          assertEquals(position, block[0]);
          assertEquals(size - 1, length);
          seen[0] = block;
        });
    return seen[0];
  }

  @Test
  void a_block_that_is_read_is_decoded_once_as_well() throws IOException {
    try (BlockCache cache = new BlockCache(100, 0)) {
      byte[] first = readArray(cache, 7, 4);
      assertSame(first, readArray(cache, 7, 4));
      assertEquals(1, decoded.get());
    }
  }

  @Test
  void the_array_of_a_forgotten_block_is_filled_again() throws IOException {
    try (BlockCache cache = new BlockCache(8, 0)) {
      byte[] one = readArray(cache, 1, 4);
      readArray(cache, 2, 4);
      readArray(cache, 3, 4); // makes one forgotten
      assertSame(one, readArray(cache, 4, 4));
      assertEquals(4, decoded.get());
    }
  }

  @Test
  void an_array_that_was_given_away_is_never_filled_again() throws IOException {
    try (BlockCache cache = new BlockCache(8, 0)) {
      readArray(cache, 1, 4);
      byte[] kept = cache.get(image, 1, 4, () -> block(9));
      for (int i = 2; i < 20; i++) {
        assertNotSame(kept, readArray(cache, i, 4));
      }
      assertEquals(1, kept[0]);
    }
  }

  @Test
  void an_array_that_is_being_read_is_not_filled_again_before_the_reader_ends() throws IOException {
    try (BlockCache cache = new BlockCache(8, 0)) {
      cache.read(
          image,
          1,
          4,
          block -> {
            block[0] = 1;
            return 4;
          },
          (mine, length) -> {
            for (int i = 2; i < 20; i++) {
              assertNotSame(mine, readArray(cache, i, 4));
            }
            assertEquals(1, mine[0]);
          });
    }
  }

  @Test
  void arrays_of_odd_or_other_lengths_are_not_mixed_up() throws IOException {
    try (BlockCache cache = new BlockCache(16, 0)) {
      for (int i = 1; i < 50; i++) {
        int size = 2 + i % 7;
        assertEquals(size, readArray(cache, i, size).length);
      }
    }
  }

  @Test
  void many_readers_see_the_blocks_that_they_asked_for() throws Exception {
    try (BlockCache cache = new BlockCache(10 * 1024, 2)) {
      Thread[] readers = new Thread[4];
      Throwable[] failures = new Throwable[readers.length];
      for (int t = 0; t < readers.length; t++) {
        int number = t;
        readers[t] = new Thread(() -> failures[number] = readAll(cache, number));
        readers[t].start();
      }
      for (Thread reader : readers) {
        reader.join();
      }
      for (Throwable failure : failures) {
        assertNull(failure);
      }
    }
  }

  private @Nullable Throwable readAll(BlockCache cache, int seed) {
    try {
      Random random = new Random(seed);
      for (int i = 0; i < 3000; i++) {
        int ahead = random.nextInt(40);
        cache.willRead(image, ahead, 1024, block -> fill(block, ahead));
        int wanted = random.nextInt(40);
        cache.read(
            image,
            wanted,
            1024,
            block -> fill(block, wanted),
            (block, length) -> {
              for (byte value : block) {
                assertEquals(wanted, value);
              }
            });
      }
      return null;
    } catch (IOException | AssertionError e) {
      return e;
    }
  }

  private static int fill(byte[] block, int value) {
    Arrays.fill(block, (byte) value);
    return block.length;
  }

  @Test
  void blocks_of_different_images_are_different() throws IOException {
    try (BlockCache cache = new BlockCache(100, 0)) {
      byte[] mine = cache.get(image, 7, 4, () -> block(1));
      byte[] other = cache.get(new Object(), 7, 4, () -> block(2));
      assertEquals(1, mine[0]);
      assertEquals(2, other[0]);
    }
  }

  @Test
  void the_block_that_was_not_used_for_longest_goes_first() throws IOException {
    try (BlockCache cache = new BlockCache(8, 0)) {
      byte[] one = cache.get(image, 1, 4, () -> block(1));
      byte[] two = cache.get(image, 2, 4, () -> block(2));
      assertSame(one, cache.get(image, 1, 4, () -> block(1)));
      cache.get(image, 3, 4, () -> block(3));
      assertSame(one, cache.get(image, 1, 4, () -> block(1)));
      assertNotSame(two, cache.get(image, 2, 4, () -> block(2)));
    }
  }

  @Test
  void a_block_larger_than_was_said_counts_with_its_real_size() throws IOException {
    try (BlockCache cache = new BlockCache(100, 0)) {
      byte[] small = cache.get(image, 1, 4, () -> block(1));
      cache.get(image, 2, 4, () -> new byte[99]);
      assertNotSame(small, cache.get(image, 1, 4, () -> block(1)));
    }
  }

  @Test
  void what_is_announced_is_decoded_on_another_thread() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Thread[] by = new Thread[1];
    try (BlockCache cache = new BlockCache(100, 1)) {
      cache.willNeed(
          image,
          1,
          4,
          () -> {
            by[0] = Thread.currentThread();
            done.countDown();
            return block(1);
          });
      assertTrue(done.await(20, TimeUnit.SECONDS));
      assertArrayEquals(new byte[] {1, 0, 0, 0}, cache.get(image, 1, 4, () -> block(9)));
      assertNotSame(Thread.currentThread(), by[0]);
    }
  }

  @Test
  void announcements_take_half_of_the_room_and_no_more() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (BlockCache cache = new BlockCache(16, 1)) {
      for (int i = 0; i < 4; i++) {
        cache.willNeed(
            image,
            i,
            4,
            () -> {
              awaitQuietly(go);
              return block(1);
            });
      }
      assertFalse(cache.hasRoom(4));
      go.countDown();
      cache.get(image, 0, 4, () -> block(1));
      cache.get(image, 1, 4, () -> block(1));
      assertEquals(2, decoded.get());
      cache.get(image, 2, 4, () -> block(1));
      assertEquals(3, decoded.get());
    }
  }

  @Test
  void without_threads_announcements_do_nothing() throws IOException {
    try (BlockCache cache = new BlockCache(16, 0)) {
      cache.willNeed(image, 1, 4, () -> block(1));
      assertEquals(0, decoded.get());
      assertEquals(5, cache.get(image, 1, 4, () -> block(5))[0]);
    }
  }

  @Test
  void a_failure_is_told_to_who_asks_and_tried_again_by_the_next() throws IOException {
    try (BlockCache cache = new BlockCache(16, 0)) {
      CorruptInputException told =
          assertThrows(
              CorruptInputException.class,
              () ->
                  cache.get(
                      image,
                      1,
                      4,
                      () -> {
                        throw new CorruptInputException("x", 5, "is damaged");
                      }));
      assertEquals("x @0x5: is damaged", told.getMessage());
      assertEquals(1, cache.get(image, 1, 4, () -> block(1))[0]);
    }
  }

  @Test
  void a_failure_ahead_of_time_is_told_when_the_block_is_asked_for() throws Exception {
    CountDownLatch tried = new CountDownLatch(1);
    try (BlockCache cache = new BlockCache(16, 1)) {
      BlockCache.Loader failing =
          () -> {
            tried.countDown();
            throw new CorruptInputException("x", 5, "is damaged");
          };
      cache.willNeed(image, 1, 4, failing);
      assertTrue(tried.await(20, TimeUnit.SECONDS));
      assertThrows(CorruptInputException.class, () -> cache.get(image, 1, 4, failing));
    }
  }

  @Test
  void blocks_inside_blocks_never_wait_for_themselves() throws IOException {
    Object outer = new Object();
    try (BlockCache cache = new BlockCache(1 << 20, 2)) {
      for (int i = 0; i < 500; i++) {
        long position = i;
        cache.willNeed(
            image, position, 4, () -> cache.get(outer, position / 10, 4, () -> block(1)).clone());
      }
      for (int i = 499; i >= 0; i--) {
        long position = i;
        cache.get(
            image, position, 4, () -> cache.get(outer, position / 10, 4, () -> block(1)).clone());
      }
      assertEquals(50, decoded.get());
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
