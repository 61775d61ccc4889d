package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
