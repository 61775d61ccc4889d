package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreSweeperTest {
  @TempDir Path temporary;
  private DataRoot root;
  private Trash trash;
  private StoreSweeper sweeper;

  @BeforeEach
  void create() throws IOException {
    root = new DataRoot(temporary).create();
    trash = new Trash(root, new TestTreeRemover());
    sweeper = new StoreSweeper(root, trash);
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    }
  }

  private String deadName(int number) throws IOException {
    Owner self = root.owner();
    return new Owner(self.pid(), self.startTime() + 1, self.namespace()).prefix() + number;
  }

  @Test
  void a_killed_writers_leftovers_are_swept_but_not_before() throws Exception {
    Process other = OtherProcess.start("write-forever", temporary.toString());
    OtherProcess.awaitReady(other);
    assertEquals(1, count(root.tmp()));
    assertEquals(1, count(root.work()));
    assertEquals(0, sweeper.sweep(), "the writer lives");
    other.destroyForcibly().waitFor();
    assertEquals(2, sweeper.sweep());
    assertEquals(0, count(root.tmp()));
    assertEquals(0, count(root.work()));
    trash.empty();
    assertEquals(0, count(root.trash()));
  }

  @Test
  void the_own_work_is_left_alone() throws IOException {
    try (WorkDirs.WorkDir work = new WorkDirs(root, trash).create();
        BlobWriter writer = new BlobStore(root).create()) {
      writer.write(new byte[3 << 20]);
      assertEquals(0, sweeper.sweep());
      assertTrue(Files.isDirectory(work.path()));
    }
    assertEquals(0, count(root.work()));
    assertEquals(1, count(root.trash()));
  }

  @Test
  void foreign_names_and_other_pid_namespaces_are_left_alone() throws IOException {
    Owner self = root.owner();
    Owner elsewhere = new Owner(self.pid(), self.startTime() + 1, self.namespace() + 1);
    Files.createFile(root.tmp().resolve(elsewhere.prefix() + "x"));
    for (String name :
        List.of("x", "1-2", "a-b-c-d", "1-2-3", "---", "99999999999999999999-1-1-1")) {
      Files.createFile(root.tmp().resolve(name));
    }
    assertEquals(0, sweeper.sweep());
  }

  @Test
  void two_sweepers_at_once_move_everything_once() throws Exception {
    for (int i = 0; i < 300; i++) {
      Files.createFile(root.tmp().resolve(deadName(i)));
      Files.createDirectory(root.work().resolve(deadName(i)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> swept = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        DataRoot mine = new DataRoot(temporary);
        Trash heap = new Trash(mine, new TestTreeRemover());
        swept.add(threads.submit(() -> new StoreSweeper(mine, heap).sweep()));
      }
      assertEquals(600, swept.get(0).get() + swept.get(1).get());
    } finally {
      threads.shutdownNow();
    }
    assertEquals(600, count(root.trash()));
  }

  @Test
  void a_tree_that_cannot_be_removed_does_not_keep_the_others() throws IOException {
    for (int i = 0; i < 3; i++) {
      trash.discard(Files.createDirectory(root.work().resolve("d" + i)));
    }
    Path stubborn;
    try (Stream<Path> entries = Files.list(root.trash())) {
      stubborn = entries.findFirst().orElseThrow();
    }
    TreeRemover remover =
        tree -> {
          if (tree.equals(stubborn)) {
            throw new IOException("busy");
          }
          new TestTreeRemover().remove(tree);
        };
    IOException e = assertThrows(IOException.class, () -> new Trash(root, remover).empty());
    assertEquals("busy", e.getMessage());
    assertEquals(1, count(root.trash()));
  }

  @Test
  void the_background_empties_what_was_discarded_before_it_was_asked() throws Exception {
    trash.discard(Files.createDirectory(root.work().resolve("d")));
    trash.emptyInBackground();
    trash.emptyInBackground();
    for (int i = 0; i < 100 && count(root.trash()) > 0; i++) {
      Thread.sleep(50);
    }
    assertEquals(0, count(root.trash()));
  }

  @Test
  void discarding_what_is_gone_is_no_error() throws IOException {
    assertFalse(trash.discard(root.work().resolve("nothing")));
  }
}
