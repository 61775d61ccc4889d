package jbuild.fs.squashfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.ImageTable;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Good images are what the kernel shows of them. */
class SquashfsReaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"gzip", "xz", "lzma", "lzo", "lz4", "zstd", "xz-bcj", "none", "large-blocks"})
  void a_tree_is_what_the_kernel_shows(String image) throws IOException {
    assertEquals(TestImages.table("tree"), ImageTable.of(TestImages.open(image)));
  }

  @Test
  void tails_can_be_blocks_of_their_own() throws IOException {
    assertEquals(TestImages.table("nofragments"), ImageTable.of(TestImages.open("nofragments")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "none"})
  void blocks_decoded_ahead_are_the_same(String image) throws IOException {
    ByteSource source = ByteSource.of(ByteBuffer.wrap(TestImages.bytes(image)));
    try (BlockCache cache = new BlockCache(1 << 20, 2)) {
      assertEquals(
          TestImages.table("tree"), ImageTable.of(SquashfsReader.open("test", source, cache)));
    }
  }

  @Test
  void a_cache_that_holds_one_block_is_enough() throws IOException {
    ByteSource source = ByteSource.of(ByteBuffer.wrap(TestImages.bytes("zstd")));
    try (BlockCache cache = new BlockCache(1, 2)) {
      assertEquals(
          TestImages.table("tree"), ImageTable.of(SquashfsReader.open("test", source, cache)));
    }
  }

  @Test
  void an_image_can_lie_inside_of_a_larger_file() throws IOException {
    byte[] image = TestImages.bytes("gzip");
    byte[] larger = new byte[image.length + 5000];
    System.arraycopy(image, 0, larger, 4096, image.length);
    ByteSource source = ByteSource.of(ByteBuffer.wrap(larger));
    assertFalse(SquashfsReader.matches(source));
    ByteSource inside = source.slice(4096, larger.length - 4096);
    assertTrue(SquashfsReader.matches(inside));
    assertEquals(
        TestImages.table("tree"),
        ImageTable.of(SquashfsReader.open("test", inside, TestImages.cache())));
  }

  @Test
  void a_directory_of_many_entries_has_each_once_in_order() throws IOException {
    SquashfsReader reader = TestImages.open("many");
    Inode many = TestImages.find(reader, "many");
    List<String> names = new ArrayList<>();
    long number = TestImages.find(reader, "many/entry-0000").number();
    many.forEachChild(
        (name, inode) -> {
          names.add(name.toString());
          assertEquals(number, inode.number(), "all are one file");
        });
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      expected.add(String.format("entry-%04d", i));
    }
    assertEquals(expected, names);
    assertNotNull(many.child(ByteString.of("entry-2999")));
    assertNull(many.child(ByteString.of("entry-29999")));
    assertNull(many.child(ByteString.of("a")));
    assertNull(many.child(ByteString.of("z")));
  }

  @Test
  void holes_are_told() throws IOException {
    ByteSource sparse = TestImages.find(TestImages.open("zstd"), "sparse").content();
    assertEquals(40_000, sparse.size());
    assertEquals(8192, sparse.nextData(0));
    assertEquals(8192, sparse.nextData(8191));
    assertEquals(9000, sparse.nextData(9000));
    assertEquals(12_288, sparse.nextHole(8192));
    assertEquals(0, sparse.nextHole(0));
    assertEquals(20_480, sparse.nextData(12_288));
    assertEquals(24_576, sparse.nextHole(20_480));
    assertEquals(36_864, sparse.nextData(24_576), "the tail is in a fragment");
    assertEquals(40_000, sparse.nextHole(36_864));
    assertEquals(40_000, sparse.nextData(40_000));
    ByteSource hole = TestImages.find(TestImages.open("nofragments"), "hole").content();
    assertEquals(10_000, hole.nextData(0));
    assertEquals(0, hole.nextHole(0));
    assertEquals(10_000, hole.nextHole(10_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "none", "nofragments", "large-blocks"})
  void any_part_of_a_file_can_be_read_into_any_buffer(String image) throws IOException {
    Random random = new Random(7);
    for (String path : List.of("dir/blocks-tail", "sparse", "random", "dir/blocks")) {
      ByteSource content = TestImages.find(TestImages.open(image), path).content();
      byte[] whole = TestImages.read(content, 0, (int) content.size());
      for (int i = 0; i < 50; i++) {
        int from = random.nextInt(whole.length + 1);
        int length = random.nextInt(whole.length + 1 - from);
        ByteBuffer target =
            i % 2 == 0 ? ByteBuffer.allocate(length + 9) : ByteBuffer.allocateDirect(length + 9);
        for (int j = 0; j < target.capacity(); j++) {
          target.put(j, (byte) 0x55);
        }
        content.read(from, target.position(4).limit(4 + length));
        assertEquals(4 + length, target.position());
        byte[] seen = new byte[length];
        target.get(4, seen);
        assertArrayEquals(Arrays.copyOfRange(whole, from, from + length), seen);
        target.clear();
        assertEquals(0x55, target.get(3));
        assertEquals(0x55, target.get(4 + length));
      }
    }
  }

  @Test
  void reading_behind_the_end_is_refused() throws IOException {
    ByteSource content = TestImages.find(TestImages.open("zstd"), "dir/small").content();
    assertThrows(EOFException.class, () -> TestImages.read(content, 1, (int) content.size()));
    assertThrows(EOFException.class, () -> TestImages.read(content, -1, 1));
    content.willNeed(-1, 5);
    content.willNeed(5, Long.MAX_VALUE);
    content.willNeed(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  @Test
  void several_threads_can_read_one_file() throws Exception {
    ByteSource source = ByteSource.of(ByteBuffer.wrap(TestImages.bytes("xz")));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (BlockCache cache = new BlockCache(8 << 10, 2)) {
      ByteSource content =
          TestImages.find(SquashfsReader.open("test", source, cache), "dir/blocks-tail").content();
      String expected = ImageTable.sha256(content);
      List<Callable<String>> readers = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        readers.add(() -> ImageTable.sha256(content));
      }
      for (Future<String> seen : threads.invokeAll(readers)) {
        assertEquals(expected, seen.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void positions_are_those_of_first_blocks_or_fragments() throws IOException {
    SquashfsReader reader = TestImages.open("none");
    byte[] image = TestImages.bytes("none");
    Inode blocks = TestImages.find(reader, "dir/blocks");
    int at = (int) blocks.position();
    assertArrayEquals(
        Arrays.copyOfRange(image, at, at + 100), TestImages.read(blocks.content(), 0, 100));
    Inode small = TestImages.find(reader, "dir/small");
    Inode small2 = TestImages.find(reader, "dir/small2");
    assertEquals(small.position(), small2.position(), "both are in one fragment");
    assertTrue(small.position() > 0);
    assertEquals(0, TestImages.find(reader, "dir/none").position());
  }

  @Test
  void inodes_refuse_what_is_not_theirs() throws IOException {
    Inode root = TestImages.open("zstd").root();
    Inode fifo = TestImages.find(TestImages.open("zstd"), "fifo");
    assertThrows(IllegalStateException.class, root::content);
    assertThrows(IllegalStateException.class, root::linkTarget);
    assertThrows(IllegalStateException.class, () -> fifo.forEachChild((name, inode) -> {}));
    assertThrows(IllegalStateException.class, () -> fifo.child(ByteString.of("x")));
    assertEquals(0, fifo.position());
  }

  @Test
  void the_format_has_a_name_and_volumes_have_none() throws IOException {
    SquashfsReader reader = TestImages.open("zstd");
    assertEquals(FilesystemFormat.SQUASHFS, reader.format());
    assertEquals("", reader.volumeLabel());
  }
}
