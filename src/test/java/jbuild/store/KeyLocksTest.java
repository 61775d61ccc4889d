package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jbuild.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // locks are held, not looked at
class KeyLocksTest {
  private static final Digest KEY = Digest.of(new byte[] {1});
  private static final Digest OTHER = Digest.of(new byte[] {2});

  @TempDir Path temporary;
  private DataRoot root;

  @BeforeEach
  void create() throws IOException {
    root = new DataRoot(temporary).create();
  }

  private static KeyLocks.KeyLock take(DataRoot root, Digest key) throws IOException {
    return root.keyLocks("test").acquire(key, KeyLocksTest::mustNotWait);
  }

  private static void mustNotWait() {
    throw new AssertionError("the key is taken");
  }

  @Test
  void different_keys_do_not_wait_for_each_other_and_take_no_room() throws IOException {
    try (KeyLocks.KeyLock one = take(root, KEY);
        KeyLocks.KeyLock another = take(root, OTHER);
        KeyLocks.KeyLock ofAnotherRoot = take(new DataRoot(temporary), Digest.of(new byte[3]))) {
      assertEquals(0, Files.size(root.locks().resolve("test")));
    }
  }

  @Test
  void the_largest_and_the_smallest_digest_are_keys_like_any_other() throws IOException {
    for (String digits : List.of("0", "f")) {
      take(root, new Digest(digits.repeat(64))).close();
    }
  }

  @Test
  void closing_twice_frees_it_once() throws IOException {
    KeyLocks.KeyLock lock = take(root, KEY);
    lock.close();
    try (KeyLocks.KeyLock next = take(root, KEY)) {
      lock.close();
      assertTrue(isTaken());
    }
    assertFalse(isTaken());
  }

  /** Asks without waiting: somebody who waits would have the key a moment later. */
  private boolean isTaken() throws IOException {
    try (KeyLocks.KeyLock probe = new DataRoot(temporary).keyLocks("test").tryAcquire(KEY, false)) {
      return probe == null;
    }
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
                  try (KeyLocks.KeyLock lock = mine.keyLocks("test").acquire(KEY, () -> {})) {
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
  void who_waits_says_so_and_gets_it_when_the_other_process_is_killed() throws Exception {
    Process other = OtherProcess.start("hold-key", temporary.toString(), KEY.hex());
    OtherProcess.awaitReady(other);
    take(root, OTHER).close();
    boolean[] waited = new boolean[1];
    try (KeyLocks.KeyLock lock =
        root.keyLocks("test")
            .acquire(
                KEY,
                () -> {
                  waited[0] = true;
                  other.destroyForcibly();
                })) {
      assertTrue(waited[0]);
    }
  }

  @Test
  void processes_that_seem_to_wait_for_each_other_in_a_circle_go_on() throws Exception {
    // This process has KEY and waits for OTHER; the other one has OTHER and waits for KEY with
    // another thread: to the kernel a deadlock (EDEADLK), in truth none.
    Process other =
        OtherProcess.start("hold-and-wait", temporary.toString(), OTHER.hex(), KEY.hex());
    try (KeyLocks.KeyLock mine = take(root, KEY)) {
      OtherProcess.awaitReady(other);
      Thread.sleep(300); // its second thread waits by now, or soon
      try (KeyLocks.KeyLock second =
          root.keyLocks("test")
              .acquire(
                  OTHER,
                  () -> {
                    Thread release =
                        new Thread(
                            () -> {
                              LockSupport.parkNanos(300_000_000);
                              try {
                                other.getOutputStream().write('\n');
                                other.getOutputStream().flush();
                              } catch (IOException e) {
                                throw new AssertionError(e);
                              }
                            });
                    release.start();
                  })) {
        assertTrue(other.isAlive(), "it waits for this process");
      }
    }
    assertEquals(0, other.waitFor());
  }
}
