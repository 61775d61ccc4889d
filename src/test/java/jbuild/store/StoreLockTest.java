package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // locks are held, not looked at
class StoreLockTest {
  @TempDir Path temporary;
  private DataRoot root;

  @BeforeEach
  void create() throws IOException {
    root = new DataRoot(temporary).create();
  }

  private static void assertTaken(DataRoot root) throws IOException {
    assertNull(StoreLock.tryAcquire(root, "test"));
  }

  private static void assertFree(DataRoot root) throws IOException {
    try (StoreLock lock = StoreLock.tryAcquire(root, "test")) {
      assertNotNull(lock);
    }
  }

  @Test
  void is_held_by_one_at_a_time() throws IOException {
    StoreLock lock = StoreLock.acquire(root, "test");
    assertTaken(root);
    assertTaken(new DataRoot(temporary));
    try (StoreLock other = StoreLock.tryAcquire(root, "other")) {
      assertNotNull(other);
    }
    lock.close();
    lock.close();
    assertFree(root);
    assertFree(new DataRoot(temporary));
  }

  @Test
  void threads_of_several_roots_take_turns() throws Exception {
    int[] counter = new int[1];
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      DataRoot mine = i % 2 == 0 ? root : new DataRoot(temporary);
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < 100; n++) {
                  try (StoreLock lock = StoreLock.acquire(mine, "test")) {
                    int seen = counter[0];
                    LockSupport.parkNanos(1000);
                    counter[0] = seen + 1;
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(400, counter[0]);
  }

  @Test
  void another_process_keeps_it_until_it_dies() throws Exception {
    Process other = OtherProcess.start("hold-lock", temporary.toString());
    OtherProcess.awaitReady(other);
    assertTaken(root);
    assertTaken(new DataRoot(temporary));
    other.destroyForcibly().waitFor();
    assertFree(root);
  }

  @Test
  void a_refused_attempt_does_not_free_the_lock_of_this_process() throws Exception {
    try (StoreLock lock = StoreLock.acquire(root, "test")) {
      assertTaken(new DataRoot(temporary));
      Process other = OtherProcess.start("hold-lock", temporary.toString());
      Thread.sleep(1500);
      assertEquals(0, other.getInputStream().available(), "the other process waits");
      other.destroyForcibly().waitFor();
    }
  }
}
