package jbuild.fs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import jbuild.fs.Inode;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;

/** One wrong field each: what the error says. */
class CorruptVolumeTest {
  /** Changes an image, whose bytes are little-endian. */
  private interface Damage {
    void to(ByteBuffer image) throws IOException;
  }

  @Test
  void magic() throws IOException {
    refused("plain-512", image -> image.putInt(1024, 7), "magic is 0x7, not 0xe0f5e1e2");
  }

  @Test
  void checksum() throws IOException {
    byte[] image = SampleImages.image("plain-512");
    image[1024 + 50] ^= 1;
    CorruptInputException e =
        assertThrows(CorruptInputException.class, () -> SampleImages.open(image, List.of()));
    assertEquals("erofs test: superblock", e.label());
    assertEquals(1028, e.offset());
    assertTrue(e.what().startsWith("checksum is "), e.what());
  }

  @Test
  void an_image_that_ends_in_the_superblock() {
    CorruptInputException e =
        assertThrows(
            CorruptInputException.class, () -> SampleImages.open(new byte[1100], List.of()));
    assertEquals("needs 128 bytes, the input ends at 0x44c", e.what());
  }

  @Test
  void block_size() throws IOException {
    refused("plain-512", image -> image.put(1024 + 12, (byte) 8), "blkszbits is 8, not in 9 to 16");
    refused(
        "plain-512", image -> image.put(1024 + 12, (byte) 17), "blkszbits is 17, not in 9 to 16");
  }

  @Test
  void nanoseconds() throws IOException {
    refused(
        "plain-512",
        image -> image.putInt(1024 + 32, 1_000_000_000),
        "fixed_nsec is 1000000000, not in 0 to 999999999");
  }

  @Test
  void root_number() throws IOException {
    refused(
        "plain-512", image -> image.putShort(1024 + 14, (short) 0xffff), "no inode has the number");
  }

  @Test
  void a_root_that_is_no_directory() throws IOException {
    long file = inode("plain-512", "text").nid();
    refused("plain-512", image -> image.putShort(1024 + 14, (short) file), "the root is a REGULAR");
  }

  @Test
  void features_that_are_not_supported() throws IOException {
    unsupported("zstd", image -> image.putInt(1024 + 80, 0x103), "inodes in a metabox");
    unsupported(
        "zstd",
        image -> image.putInt(1024 + 80, 0x40000003),
        "unknown features, feature_incompat 0x40000000");
    unsupported(
        "zstd", image -> image.put(1024 + 90, (byte) 1), "directory blocks larger than blocks");
    unsupported(
        "zstd", image -> image.putShort(1024 + 84, (short) 0x18), "compression algorithms 0x10");
  }

  @Test
  void lzma_dictionary() throws IOException {
    refused(
        "lzma-fragments",
        image -> image.putInt(1024 + 128 + 2, 1 << 30),
        "dict_size is 1073741824, not in 4096 to 8388608");
  }

  @Test
  void device_slots_behind_the_end() throws IOException {
    refused("device", image -> image.putShort(1024 + 88, (short) 0xfff0), "the input ends at");
  }

  @Test
  void data_on_a_device_that_is_too_short() throws IOException {
    Inode root =
        SampleImages.open(SampleImages.image("device"), List.of(SampleImages.source(new byte[100])))
            .root();
    ByteSource content = Objects.requireNonNull(root.child(ByteString.of("text"))).content();
    CorruptInputException e =
        assertThrows(CorruptInputException.class, () -> content.read(0, ByteBuffer.allocate(5000)));
    assertEquals("erofs test: data", e.label());
    assertTrue(e.what().endsWith("device 1 ends at 0x64"), e.what());
  }

  @Test
  void inode_format_and_mode() throws IOException {
    refusedFile("plain-512", 0, 0x8000, "i_format is 0x8000");
    refusedFile("plain-512", 0, 0xa, "i_format is 0xa");
    refusedFile("plain-512", 4, 0x3000, "i_mode is 030000");
  }

  @Test
  void inline_data_that_crosses_a_block() throws IOException {
    int position = (int) inode("plain-512", "one").position();
    refused("plain-512", image -> image.putInt(position + 8, 511), "inline data crosses a block");
  }

  @Test
  void chunk_format_and_table() throws IOException {
    refusedFile("chunks", 16, 0x80, "chunk format is 0x80");
    int position = (int) inode("chunks", "text").position();
    refused(
        "chunks",
        image -> image.putInt(position + 8, Integer.MAX_VALUE),
        "chunks is longer than the image");
  }

  @Test
  void a_name_with_a_slash_or_twice() throws IOException {
    StoredInode dir = inode("plain-512", "dir");
    byte[] image = SampleImages.image("plain-512");
    int block = (int) (dir.block() << 9);
    int name = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getShort(block + 24 + 8);
    refused("plain-512", bytes -> bytes.put(block + name, (byte) '/'), "not a file name: /");
    refused("plain-512", bytes -> bytes.put(block + name, (byte) '!'), "entry out of order: !");
    refused(
        "plain-512",
        bytes -> bytes.putShort(block + 8, (short) 13),
        "nameoff of the first entry is 13");
  }

  @Test
  void index_of_a_compressed_file() throws IOException {
    StoredInode inode = inode("lz4-unpadded", "text");
    int header = (int) ImageLayout.align(inode.inlinePosition(), 8);
    refused(
        "lz4-unpadded",
        image -> image.putShort(header + 16, (short) 2).putShort(header + 20, (short) 0),
        "is 0 before it");
    refused(
        "lz4-unpadded",
        image -> image.putShort(header + 18, (short) 4096),
        "extent begins behind its logical cluster 0");
    refused("lz4-unpadded", image -> image.putInt(header + 20, 0xfffffff), "device 0 ends at");
    refused("lz4-unpadded", image -> image.put(header + 6, (byte) 9), "algorithm 9 is unknown");
    refused(
        "lz4-unpadded",
        image -> image.put(header + 6, (byte) 3),
        "ZSTD is not among the algorithms of the superblock");
    int position = (int) inode.position();
    refused(
        "lz4-unpadded", image -> image.putInt(position + 8, Integer.MAX_VALUE), "entries is cut");
  }

  @Test
  void advice_of_a_compressed_file() throws IOException {
    int header = (int) ImageLayout.align(inode("zstd", "text").inlinePosition(), 8);
    refused(
        "zstd",
        image -> image.putShort(header + 4, (short) 3),
        "h_advise 0x3 with clusters of 2^12");
    refused("zstd", image -> image.put(header + 7, (byte) 4), "with clusters of 2^16");
  }

  @Test
  void fragment_behind_the_packed_inode() throws IOException {
    int header = (int) ImageLayout.align(inode("all-fragments", "text").inlinePosition(), 8);
    refused(
        "all-fragments",
        image -> image.putInt(header, 0xfffffff),
        "of the packed inode, which has");
  }

  @Test
  void list_of_extents() throws IOException {
    StoredInode inode = inode("extents", "text");
    int header = (int) ImageLayout.align(inode.inlinePosition(), 8);
    int advise = SampleImages.image("extents")[header + 4];
    int bytes = 4 << (advise >> 1 & 3);
    int first = (int) ImageLayout.align(header + 8, bytes) + (bytes == 4 ? 8 : 0);
    refused("extents", image -> image.putInt(first, 0x9fffffff), "algorithm 8 is unknown");
  }

  @Test
  void compressed_data() throws IOException {
    for (String name : List.of("lz4", "zstd", "deflate", "lzma-fragments")) {
      Inode text =
          Objects.requireNonNull(
              SampleImages.open(SampleImages.image(name), List.of())
                  .root()
                  .child(ByteString.of("text")));
      int position = (int) text.position();
      refused(
          name,
          image -> {
            for (int i = 0; i < 512; i++) {
              image.put(position + i, (byte) 0);
            }
            for (int i = 512; i < 1024; i++) {
              image.put(position + i, (byte) 0xee);
            }
          },
          "erofs test: ");
    }
  }

  @Test
  void shared_attribute_behind_the_end() throws IOException {
    StoredInode inode = inode("plain-512", "text");
    int place = (int) inode.xattrPosition() + 12;
    refused("plain-512", image -> image.putInt(place, -1), "the input ends at");
  }

  private static StoredInode inode(String name, String path) throws IOException {
    byte[] image = SampleImages.image(name);
    Volume volume =
        new Volume("erofs test", SampleImages.source(image), List.of(), new BlockCache(1 << 20, 0));
    Inode root = SampleImages.open(image, List.of()).root();
    return volume.inode(Objects.requireNonNull(root.child(ByteString.of(path))).number());
  }

  private static void refusedFile(String name, int offset, int value, String what)
      throws IOException {
    int position = (int) inode(name, "text").position();
    refused(name, image -> image.putShort(position + offset, (short) value), what);
  }

  private static void refused(String name, Damage damage, String what) throws IOException {
    byte[] bad = damaged(name, damage);
    CorruptInputException e =
        assertThrows(
            CorruptInputException.class, () -> SampleImages.table(bad, SampleImages.devices(name)));
    assertTrue(e.getMessage().contains(what), e.getMessage());
    assertTrue(e.label().startsWith("erofs test: "), e.label());
  }

  private static void unsupported(String name, Damage damage, String what) throws IOException {
    byte[] bad = damaged(name, damage);
    UnsupportedFilesystemException e =
        assertThrows(UnsupportedFilesystemException.class, () -> SampleImages.open(bad, List.of()));
    assertEquals("erofs test: " + what, e.getMessage());
  }

  private static byte[] damaged(String name, Damage damage) throws IOException {
    byte[] image = SampleImages.image(name);
    damage.to(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
    return SampleImages.withChecksum(image);
  }
}
