package jbuild.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import jbuild.linux.FileStat;
import jbuild.store.DataRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatCacheTest {
  private static final String NAME = "context";
  private static final long NOW = 2_000;

  @TempDir Path temporary;
  private DataRoot root;

  @BeforeEach
  void open() throws IOException {
    root = new DataRoot(temporary).create();
  }

  private static FileStat stat(long device, long inode, long size, long mtime, long ctime) {
    return new FileStat(device, inode, 0100644, 1, 0, 0, 0, 0, size, mtime, 1, ctime, 2, 0);
  }

  private static byte[] digest(long number) {
    return ByteBuffer.allocate(32).putLong(number).array();
  }

  private Path file() {
    return root.statCache().resolve(NAME);
  }

  private void saved(FileStat... stats) throws IOException {
    StatCache cache = StatCache.open(root, NAME);
    for (FileStat stat : stats) {
      cache.remember(stat, digest(stat.inode()), NOW);
    }
    cache.save();
  }

  @Test
  void finds_what_was_remembered_now_and_in_the_next_build() throws IOException {
    FileStat stat = stat(1, 2, 3, 4, 5);
    StatCache cache = StatCache.open(root, NAME);
    assertNull(cache.find(stat));
    cache.remember(stat, digest(7), NOW);
    assertArrayEquals(digest(7), cache.find(stat));
    cache.save();
    assertArrayEquals(digest(7), StatCache.open(root, NAME).find(stat));
  }

  @Test
  void any_difference_is_another_content() throws IOException {
    saved(stat(1, 2, 3, 4, 5));
    StatCache cache = StatCache.open(root, NAME);
    assertNotNull(cache.find(stat(1, 2, 3, 4, 5)));
    assertNull(cache.find(stat(9, 2, 3, 4, 5)));
    assertNull(cache.find(stat(1, 9, 3, 4, 5)));
    assertNull(cache.find(stat(1, 2, 9, 4, 5)));
    assertNull(cache.find(stat(1, 2, 3, 9, 5)));
    assertNull(cache.find(stat(1, 2, 3, 4, 9)));
  }

  @Test
  void a_file_that_changed_a_moment_ago_is_not_remembered() throws IOException {
    StatCache cache = StatCache.open(root, NAME);
    cache.remember(stat(1, 1, 1, 1, NOW), digest(1), NOW);
    assertNull(cache.find(stat(1, 1, 1, 1, NOW)));
    cache.remember(stat(1, 2, 1, 1, NOW - 1), digest(2), NOW);
    assertNotNull(cache.find(stat(1, 2, 1, 1, NOW - 1)));
    cache.save();
    assertEquals(16 + 80, Files.size(file()));
  }

  @Test
  void every_record_is_found_among_many() throws IOException {
    List<FileStat> stats = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      // Unsigned numbers with the highest bit set are among them.
      stats.add(stat(random.nextInt(3) - 1, random.nextLong(), i, i, i));
    }
    Collections.shuffle(stats, random);
    for (int from = 0; from < stats.size(); from += 250) {
      saved(stats.subList(from, from + 250).toArray(FileStat[]::new));
    }
    StatCache cache = StatCache.open(root, NAME);
    for (FileStat stat : stats) {
      assertArrayEquals(digest(stat.inode()), cache.find(stat));
    }
  }

  @Test
  void a_newer_record_of_a_file_replaces_the_older() throws IOException {
    saved(stat(1, 2, 3, 4, 5));
    saved(stat(1, 2, 3, 4, 6), stat(1, 3, 3, 4, 5));
    StatCache cache = StatCache.open(root, NAME);
    assertNull(cache.find(stat(1, 2, 3, 4, 5)));
    assertNotNull(cache.find(stat(1, 2, 3, 4, 6)));
    assertNotNull(cache.find(stat(1, 3, 3, 4, 5)));
  }

  @Test
  void nothing_new_writes_nothing() throws IOException {
    saved();
    assertFalse(Files.exists(file()));
  }

  @Test
  void a_damaged_file_counts_as_empty() throws IOException {
    FileStat stat = stat(1, 2, 3, 4, 5);
    saved(stat);
    byte[] good = Files.readAllBytes(file());
    for (int length = 0; length < good.length; length++) {
      Files.write(file(), Arrays.copyOf(good, length));
      assertNull(StatCache.open(root, NAME).find(stat));
    }
    for (int at = 0; at < 12; at++) { // magic, version, count
      byte[] bad = good.clone();
      bad[at] ^= (byte) 0x80;
      Files.write(file(), bad);
      assertNull(StatCache.open(root, NAME).find(stat));
    }
    saved(stat);
    assertNotNull(StatCache.open(root, NAME).find(stat));
  }
}
