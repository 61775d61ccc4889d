package jbuild.fs.erofs;

import static jbuild.fs.erofs.TestInode.bytes;
import static jbuild.fs.erofs.TestInode.dir;
import static jbuild.fs.erofs.TestInode.file;
import static jbuild.fs.erofs.TestInode.image;
import static jbuild.fs.erofs.TestInode.link;
import static jbuild.fs.erofs.TestInode.open;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import jbuild.fs.Segment;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErofsWriterTest {
  private static final long DEVICE = 1 << 16;

  @Test
  void every_field_of_a_tree_is_read_back() throws IOException {
    TestInode root = TestTrees.small();
    TreeAssert.assertSame(root, open(image(root, DEVICE)));
  }

  @Test
  void every_field_is_read_back_at_every_block_boundary() throws IOException {
    TestInode root = TestTrees.boundaries();
    TreeAssert.assertSame(root, open(image(root, DEVICE)));
  }

  @Test
  void the_same_tree_gives_the_same_bytes() throws IOException {
    assertArrayEquals(image(TestTrees.boundaries(), DEVICE), image(TestTrees.boundaries(), DEVICE));
  }

  @Test
  void superblock_of_an_empty_root_has_these_bytes() throws IOException {
    byte[] image = image(dir(), 1000);
    assertEquals(2048, image.length);
    assertArrayEquals(new byte[1024], Arrays.copyOf(image, 1024));
    String expected =
        "e2e1f5e0 4007769f 03000000 09003000 01000000 00000000 00000000 00000000 00000000"
            + " 04000000 00000000 00000000 30313233 34353637 38396162 63646566 74657374 00000000"
            + " 00000000 00000000 0c000000 00000100 09000000";
    byte[] superblock = Arrays.copyOfRange(image, 1024, 1024 + 92);
    assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(superblock));
    byte[] slot = Arrays.copyOfRange(image, 1152, 1152 + 68);
    assertEquals("layer1", new String(slot, 0, 6, StandardCharsets.US_ASCII));
    assertEquals(2, slot[64]);
  }

  @ParameterizedTest
  @ValueSource(ints = {416, 417})
  void a_target_of_416_bytes_is_inline_and_one_of_417_is_not(int length) throws IOException {
    ErofsImage image = open(image(dir().with("l", link(length)), DEVICE));
    ImageInode inode = image.lookup(image.root(), bytes("l"));
    assertNotNull(inode);
    assertEquals(
        length == 416 ? InodeLayout.FLAT_INLINE : InodeLayout.FLAT_PLAIN, inode.layout().data());
  }

  @Test
  void inline_data_never_crosses_a_block() throws IOException {
    ErofsImage image = open(image(TestTrees.boundaries(), DEVICE));
    image.list(
        image.root(),
        (name, inode) -> {
          if (inode.layout().data() == InodeLayout.FLAT_INLINE) {
            long first = inode.layout().inlinePosition() / ErofsWriter.BLOCK;
            long last = (inode.layout().inlinePosition() + inode.size() - 1) / ErofsWriter.BLOCK;
            assertEquals(first, last, name::toString);
          }
        });
  }

  @Test
  void a_directory_of_120000_entries_is_listed_and_searched() throws IOException {
    TestInode many = dir();
    for (int i = 0; i < 120_000; i++) {
      many.with("entry-" + i, file(0));
    }
    TestInode root = dir().with("many", many);
    ErofsImage image = open(image(root, DEVICE));
    TreeAssert.assertSame(root, image);
    ImageInode directory = image.lookup(image.root(), bytes("many"));
    assertNotNull(directory);
    for (String absent : List.of("a", "entry-", "entry-5a", "entry-999999", "f", "!", "..0")) {
      assertNull(image.lookup(directory, bytes(absent)), absent);
    }
  }

  @Test
  void an_image_may_have_400_devices() throws IOException {
    TestInode root = dir();
    long[] devices = new long[400];
    for (int i = 0; i < devices.length; i++) {
      devices[i] = 512L * (i + 1);
      root.with("f" + i, file(512, new Segment(0, 512, i, 512L * i)));
    }
    ErofsImage image = open(image(root, devices));
    TreeAssert.assertSame(root, image);
    assertEquals(new ErofsDevice("layer400", 512 * 400), image.devices().get(399));
  }

  @Test
  void devices_that_push_the_root_past_16_bits_are_refused() throws IOException {
    assertNotNull(open(image(dir(), new long[16_000])).root());
    assertThrows(ErofsLimitException.class, () -> image(dir(), new long[16_384]));
  }

  @Test
  void directories_may_be_2000_deep() throws IOException {
    TestInode root = dir();
    TestInode at = root;
    for (int i = 0; i < 2000; i++) {
      TestInode next = dir();
      at.with("deep", next);
      at = next;
    }
    TreeAssert.assertSame(root, open(image(root, DEVICE)));
  }

  @Test
  void a_file_without_holes_needs_one_chunk_whatever_its_size() throws IOException {
    long size = (5L << 30) + 1;
    TestInode file = file(size, new Segment(0, size, 0, 512));
    assertEquals(ChunkTable.ENTRY_BYTES, ChunkTable.of(file).bytes());
    TestInode root = dir().with("big", file);
    TreeAssert.assertSame(root, open(image(root, 6L << 30)));
  }

  @Test
  void a_file_beyond_the_largest_chunk_has_several() throws IOException {
    long size = (3L << 39) + 5; // 1.5 TiB; a device may have 2 TiB
    TestInode root = dir().with("huge", file(size, new Segment(0, size, 0, 0)));
    assertEquals(
        2 * ChunkTable.ENTRY_BYTES, ChunkTable.of(root.children.get(bytes("huge"))).bytes());
    TreeAssert.assertSame(root, open(image(root, size)));
  }

  @Test
  void holes_are_read_back_as_gaps() throws IOException {
    TestInode root =
        dir()
            .with("all", file(1 << 20))
            .with("end", file(1 << 20, new Segment(0, 512, 0, 0)))
            .with("begin", file((5L << 30) + 7, new Segment(5L << 30, 7, 0, 512)))
            .with(
                "two",
                file(8192, new Segment(0, 2048, 0, 4096), new Segment(4096, 4096, 0, 16384)));
    TreeAssert.assertSame(root, open(image(root, DEVICE)));
  }

  @Test
  void data_off_the_block_boundaries_is_refused() {
    assertThrows(
        ErofsLimitException.class,
        () -> image(dir().with("f", file(2000, new Segment(100, 512, 0, 0))), DEVICE));
    assertThrows(
        ErofsLimitException.class,
        () -> image(dir().with("f", file(2000, new Segment(512, 100, 0, 0))), DEVICE));
    assertThrows(
        ErofsLimitException.class,
        () -> image(dir().with("f", file(512, new Segment(0, 512, 0, 100))), DEVICE));
  }

  @Test
  void a_file_that_needs_too_many_chunks_is_refused() {
    TestInode sparse = file(1L << 44, new Segment(512, 512, 0, 0));
    assertThrows(ErofsLimitException.class, () -> image(dir().with("f", sparse), DEVICE));
  }

  @Test
  void a_file_may_have_the_more_chunks_the_more_data_it_has() throws IOException {
    TestInode little = file(1L << 23, new Segment(512, 512, 0, 0));
    assertThrows(ErofsLimitException.class, () -> image(dir().with("f", little), DEVICE));
    TestInode more = file(1L << 23, new Segment(512, 1 << 20, 0, 0));
    image(dir().with("f", more), 1 << 20);
  }

  @Test
  void attributes_erofs_has_no_prefix_for_are_left_out() throws IOException {
    TestInode root =
        dir().xattr("user.kept", "1").xattr("system.nfs4_acl", "2").xattr("user.", "3");
    root.xattr("security." + "n".repeat(256), "4").xattr("btrfs.compression", "zstd");
    ErofsImage image = open(image(root, DEVICE));
    assertEquals(Set.of(bytes("user.kept")), image.xattrs(image.root()).keySet());
    assertTrue(ErofsWriter.storesXattr(ByteString.of("system.posix_acl_access"), 44));
    assertFalse(ErofsWriter.storesXattr(ByteString.of("system.posix_acl_access2"), 44));
    assertFalse(ErofsWriter.storesXattr(ByteString.of("user.a"), 65536));
  }

  @Test
  void attributes_beyond_256_kib_are_refused() {
    TestInode root = dir();
    for (int i = 0; i < 4; i++) {
      root.xattr("user.a" + i, "v".repeat(65_535));
    }
    assertThrows(ErofsLimitException.class, () -> image(root, DEVICE));
  }

  @Test
  void a_tree_that_breaks_the_contract_is_a_programming_error() {
    TestInode twice = dir();
    assertThrows(
        IllegalArgumentException.class,
        () -> image(dir().with("a", twice).with("b", twice), DEVICE));
    assertThrows(IllegalArgumentException.class, () -> image(dir().with("..", file(0)), DEVICE));
    assertThrows(IllegalArgumentException.class, () -> image(dir().with("a/b", file(0)), DEVICE));
    assertThrows(
        IllegalArgumentException.class, () -> image(dir().with("n".repeat(256), file(0)), DEVICE));
  }
}
