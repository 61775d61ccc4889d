package jbuild.fs.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.ImageTable;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader says of good images; that the kernel says the same is in testdata/fs/ext4. */
class Ext4ReaderTest {
  private static final String[] WITH_FILES = {"ext2", "ext4", "ext4-inline", "ext4-groups"};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ext2",
        "ext4",
        "ext4-inline",
        "ext4-groups",
        "ext4-seed",
        "ext4-ea",
        "dirty-v3",
        "dirty-v1",
        "dirty-ext3"
      })
  void an_image_is_read_as_the_kernel_reads_it(String name) throws IOException {
    List<String> seen = ImageTable.of(TestImage.of(name).open());
    assertEquals(
        String.join("\n", TestImage.kernelView(name)),
        String.join("\n", TestImage.comparable(seen)));
  }

  @Test
  void the_magic_is_recognised_and_nothing_else() {
    TestImage image = TestImage.of("ext2");
    assertTrue(Ext4Reader.matches(image.source()));
    assertFalse(Ext4Reader.matches(image.flip(TestImage.SUPERBLOCK + 0x38).source()));
    assertFalse(Ext4Reader.matches(ByteSource.of(ByteBuffer.allocate(2047))));
    assertFalse(Ext4Reader.matches(ByteSource.of(ByteBuffer.allocate(0))));
  }

  @Test
  void format_and_label_are_told() throws IOException {
    assertEquals(FilesystemFormat.EXT4, TestImage.of("ext2").open().format());
    assertEquals("ext4-groups", TestImage.of("ext4-groups").open().volumeLabel());
    assertEquals("", TestImage.of("dirty-v3").open().volumeLabel());
  }

  @Test
  void reads_at_any_offset_give_the_same_bytes() throws IOException {
    for (String name : WITH_FILES) {
      ByteSource content = TestImage.of(name).find("scattered").content();
      byte[] all = new byte[(int) content.size()];
      content.read(0, ByteBuffer.wrap(all));
      Random random = new Random(1);
      for (int i = 0; i < 500; i++) {
        int from = random.nextInt(all.length);
        byte[] piece = new byte[random.nextInt(Math.min(20_000, all.length - from))];
        ByteBuffer target = ByteBuffer.allocateDirect(piece.length + 3).position(3);
        content.read(from, target);
        target.position(3).get(piece);
        assertArrayEquals(Arrays.copyOfRange(all, from, from + piece.length), piece, name);
      }
      assertThrows(
          EOFException.class, () -> content.read(all.length - 1, ByteBuffer.allocate(2)), name);
    }
  }

  @Test
  void holes_are_told_apart_from_data() throws IOException {
    for (String name : WITH_FILES) {
      ByteSource content = TestImage.of(name).find("holes").content();
      List<Long> begins = new ArrayList<>();
      long at = content.nextData(0);
      while (at < content.size()) {
        long hole = content.nextHole(at);
        assertTrue(hole > at && hole - at <= 2048, name);
        begins.add(at);
        at = content.nextData(hole);
      }
      assertEquals(List.of(0L, 49_152L, 999_424L, 68_999_168L), begins, name);
      assertEquals(5000, content.nextHole(5000), name);
      assertEquals(content.size(), content.nextData(69_100_000), name);
      assertEquals(content.size(), content.nextHole(content.size()), name);
    }
  }

  @Test
  void a_hole_in_the_inode_is_a_hole() throws IOException {
    ByteSource content = TestImage.of("ext4-inline").find("hole").content();
    assertEquals(1 << 20, content.size());
    assertTrue(content.nextHole(0) <= 60);
    assertEquals(content.size(), content.nextData(60));
    ByteSource small = TestImage.of("ext4-inline").find("size-100").content();
    assertEquals(0, small.nextData(0));
    assertEquals(100, small.nextHole(0));
  }

  @Test
  void a_files_position_is_that_of_its_first_byte() throws IOException {
    for (String name : List.of("ext2", "ext4", "ext4-inline")) {
      TestImage image = TestImage.of(name);
      for (String file : List.of("scattered", "holes", "size-157")) {
        Inode inode = image.find(file);
        ByteBuffer begin = ByteBuffer.allocate(8);
        inode.content().read(0, begin);
        byte[] there = new byte[8];
        image.bytes.get((int) inode.position(), there);
        assertEquals(
            new String(begin.array(), StandardCharsets.US_ASCII),
            new String(there, StandardCharsets.US_ASCII),
            name + " " + file);
      }
    }
  }

  @Test
  void what_will_be_read_is_announced_to_the_image() throws IOException {
    TestImage image = TestImage.of("ext4");
    List<Long> announced = new ArrayList<>();
    ByteSource source =
        new ByteSource() {
          @Override
          public long size() {
            return image.bytes.capacity();
          }

          @Override
          public void read(long offset, ByteBuffer target) throws IOException {
            image.source().read(offset, target);
          }

          @Override
          public void willNeed(long offset, long length) {
            announced.add(length);
          }
        };
    Inode root = Ext4Reader.open("test", source, new BlockCache(1 << 20, 0)).root();
    Inode scattered = root.child(jbuild.io.ByteString.of("scattered"));
    scattered.content().willNeed(0, Long.MAX_VALUE);
    assertEquals(49, announced.size());
    scattered.content().willNeed(-1, 5);
    scattered.content().willNeed(1 << 30, 5);
    assertEquals(49, announced.size());
  }

  @Test
  void asking_an_inode_for_what_it_is_not_is_a_mistake() throws IOException {
    TestImage image = TestImage.of("ext4");
    Inode file = image.find("empty");
    Inode directory = image.find("dir");
    assertThrows(IllegalStateException.class, file::linkTarget);
    assertThrows(IllegalStateException.class, () -> file.forEachChild((name, child) -> {}));
    assertThrows(IllegalStateException.class, directory::content);
  }
}
