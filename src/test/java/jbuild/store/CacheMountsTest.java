package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import jbuild.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that steps share, have for themselves, or wait for. */
class CacheMountsTest {
  private static final Digest KEY = Digest.of(new byte[] {1});

  @TempDir Path temporary;
  private DataRoot root;
  private CacheMounts caches;

  @BeforeEach
  void create() throws IOException {
    root = new DataRoot(temporary).create();
    caches = new CacheMounts(root);
  }

  /** As another process has them: with locks of its own. */
  private static CacheMounts ofSomebodyElse(Path root) {
    return new CacheMounts(new DataRoot(root));
  }

  private static void nothing(Path directory) {}

  private static void mustNotFill(Path directory) {
    throw new AssertionError("it is there already");
  }

  @Test
  void a_directory_is_filled_once_and_found_again() throws IOException {
    Path first;
    try (CacheMounts.Held held =
        caches.shared(KEY, "about it", data -> Files.createFile(data.resolve("f")))) {
      first = held.data();
    }
    try (CacheMounts.Held held = caches.locked(KEY, "x", CacheMountsTest::mustNotFill, () -> {})) {
      assertEquals(first, held.data());
      assertTrue(Files.exists(held.data().resolve("f")));
    }
    assertEquals("about it\n", Files.readString(first.resolveSibling("about")));
  }

  @Test
  void a_directory_that_could_not_be_filled_is_not_there_afterwards() throws IOException {
    assertThrows(
        IOException.class,
        () ->
            caches.shared(
                KEY,
                "x",
                data -> {
                  throw new IOException("no");
                }));
    try (Stream<Path> all = Files.list(root.cacheMounts())) {
      assertEquals(0, all.count());
    }
    caches.separate(KEY, "x", CacheMountsTest::nothing).close();
  }

  @Test
  void who_wants_it_for_himself_gets_another_one_while_it_is_in_use() throws IOException {
    try (CacheMounts.Held mine = caches.separate(KEY, "x", CacheMountsTest::nothing);
        CacheMounts.Held other =
            ofSomebodyElse(temporary).separate(KEY, "x", CacheMountsTest::nothing)) {
      assertNotEquals(mine.data(), other.data());
    }
    try (CacheMounts.Held again = caches.separate(KEY, "x", CacheMountsTest::mustNotFill)) {
      assertTrue(again.data().getParent().toString().endsWith("-0"));
    }
  }

  @Test
  void who_shares_does_not_share_with_one_who_has_it_for_himself() throws IOException {
    try (CacheMounts.Held mine = caches.separate(KEY, "x", CacheMountsTest::nothing);
        CacheMounts.Held other =
            ofSomebodyElse(temporary).shared(KEY, "x", CacheMountsTest::nothing)) {
      assertNotEquals(mine.data(), other.data());
    }
  }

  @Test
  void who_locks_waits_until_it_is_free() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicReference<Object> got = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try (CacheMounts.Held held =
                  ofSomebodyElse(temporary)
                      .locked(KEY, "x", CacheMountsTest::mustNotFill, waiting::countDown)) {
                got.set(held.data());
              } catch (IOException e) {
                got.set(e);
              }
            });
    Path mine;
    try (CacheMounts.Held held = caches.locked(KEY, "x", CacheMountsTest::nothing, () -> {})) {
      mine = held.data();
      thread.start();
      waiting.await();
      assertFalse(got.get() instanceof Path);
    }
    thread.join();
    assertEquals(mine, got.get());
  }
}
