package jbuild.fs.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import jbuild.fs.ImageTable;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Damage of single fields, with checksums set right, switched off, or left to find it. */
class CorruptImageTest {
  private static final int SB = TestImage.SUPERBLOCK;
  private static final int BLOCKS = 2048;

  private static void assertCorrupt(String message, Executable reading) {
    CorruptInputException e = assertThrows(CorruptInputException.class, reading);
    assertTrue(e.getMessage().matches("(?s)test: .*@0x[0-9a-f]+: " + message), e.getMessage());
  }

  private static void assertCorrupt(String message, TestImage image) {
    assertCorrupt(message, () -> ImageTable.of(image.open()));
  }

  private static TestImage ext4() {
    return TestImage.of("ext4").withoutChecksums();
  }

  private static TestImage ext2() {
    return TestImage.of("ext2");
  }

  @Test
  void an_image_that_is_cut_is_refused_when_it_is_opened() {
    byte[] good = TestImage.of("ext4").bytes.array();
    for (int length : new int[] {0, 1, 1023, 1024, 2047}) {
      assertCorrupt("needs 1024 bytes.*", new TestImage(Arrays.copyOf(good, length)));
    }
    for (int length : new int[] {2048, good.length / 2, good.length - 1}) {
      assertCorrupt(
          "s_blocks_count is 2048 of 1024 bytes, the image has " + length + " bytes",
          new TestImage(Arrays.copyOf(good, length)));
    }
  }

  @Test
  void fields_of_the_superblock_are_checked() {
    assertCorrupt("s_magic is 61266, not in 61267 to 61267", ext2().flip(SB + 0x38));
    assertCorrupt("s_rev_level is 2, not in 0 to 1", ext2().set32(SB + 0x4c, 2));
    assertCorrupt("s_inodes_count is 0.*", ext2().set32(SB, 0));
    assertCorrupt("s_inodes_count is 511, not 1 groups of 512", ext2().set32(SB, 511));
    assertCorrupt("s_blocks_count is 1 of.*", ext2().set32(SB + 4, 1));
    assertCorrupt("s_first_data_block is 2, not in 0 to 1", ext2().set32(SB + 0x14, 2));
    assertCorrupt("s_log_block_size is 7, not in 0 to 6", ext2().set32(SB + 0x18, 7));
    assertCorrupt("s_blocks_per_group is 0.*", ext2().set32(SB + 0x20, 0));
    assertCorrupt("s_blocks_per_group is 8193", ext2().set32(SB + 0x20, 8193));
    assertCorrupt("s_inodes_per_group is 8193.*", ext2().set32(SB + 0x28, 8193));
    assertCorrupt("s_first_ino is 10.*", ext2().set32(SB + 0x54, 10));
    assertCorrupt("s_inode_size is 64.*", ext2().set16(SB + 0x58, 64));
    assertCorrupt("s_inode_size is 192, no power of two", ext2().set16(SB + 0x58, 192));
    assertCorrupt("s_desc_size is 32.*", ext4().set16(SB + 0xfe, 32));
    assertCorrupt("s_desc_size is 96, no power of two", ext4().set16(SB + 0xfe, 96));
    assertCorrupt("s_blocks_count is 4294969344.*", ext4().set32(SB + 0x150, 1));
  }

  @Test
  void features_that_are_not_known_are_named() {
    int[] bits = {0x1, 0x8, 0x1000, 0x40000};
    String[] names = {"compression", "journal_dev", "dirdata", "FEATURE_I18"};
    for (int i = 0; i < bits.length; i++) {
      TestImage image = ext2();
      image.set32(SB + 0x60, image.bytes.getInt(SB + 0x60) | bits[i]);
      assertEquals(
          "test: the feature " + names[i] + " is not supported",
          assertThrows(UnsupportedFilesystemException.class, image::open).getMessage());
    }
    TestImage all = ext2().set32(SB + 0x60, -1);
    assertTrue(
        assertThrows(UnsupportedFilesystemException.class, all::open)
            .getMessage()
            .contains("compression, journal_dev, FEATURE_I5, FEATURE_I11, dirdata, FEATURE_I18"));
  }

  @Test
  void every_flipped_byte_of_metadata_is_found_by_its_checksum() throws IOException {
    String mismatch = "checksum is 0x[0-9a-f]+, not 0x[0-9a-f]+";
    TestImage good = TestImage.of("ext4");
    assertCorrupt(mismatch, TestImage.of("ext4").flip(SB + 0x78));
    assertCorrupt(mismatch, TestImage.of("ext4").flip(2 * 1024 + 4));
    assertCorrupt(mismatch, TestImage.of("ext4-groups").flip(2 * 1024 + 4));
    assertCorrupt(mismatch, TestImage.of("ext4").flip(good.position("empty") + 8));
    assertCorrupt(mismatch, TestImage.of("ext4").flip(good.position("empty") + 255));
    int leaf = block(good, "scattered", 4 * 4);
    assertCorrupt(mismatch, TestImage.of("ext4").flip(leaf + 13));
    int directory = block(good, "many", 4 * 5);
    assertCorrupt(mismatch, TestImage.of("ext4").flip(directory + 0x24));
    assertCorrupt(mismatch, TestImage.of("ext4").flip(directory + 1024 + 12));
    int xattrs = good.bytes.getInt(good.position("dir") + 0x68) * 1024;
    assertCorrupt(mismatch, TestImage.of("ext4").flip(xattrs + 1000));
    TestImage value = TestImage.of("ext4-ea");
    int entry = value.position("f") + 164; // behind the fields and the header
    if (value.bytes.getInt(entry + 4) == 0) {
      entry += (16 + value.bytes.get(entry) + 3) & ~3;
    }
    InodeRecord holder = value.volume().inodes().read(value.bytes.getInt(entry + 4));
    value.flip((int) holder.blockReader(value.volume()).seek(20).u32("ee_start_lo") * 1024);
    assertCorrupt("checksum of the value is.*", value);
  }

  /** The block whose number is at an offset of a file's i_block. */
  private static int block(TestImage image, String path, int offset) throws IOException {
    return image.bytes.getInt(image.position(path) + 0x28 + offset) * 1024;
  }

  @Test
  void fields_of_group_descriptors_are_checked() {
    assertCorrupt("bg_inode_table is 2047", ext2().set32(2 * 1024 + 8, 2047));
    assertCorrupt("bg_inode_table is 4294967295", ext2().set32(2 * 1024 + 8, -1));
  }

  @Test
  void fields_of_inodes_are_checked() throws IOException {
    int at = ext4().position("size-60");
    assertCorrupt("i_mode is 0644", ext4().set16(at, 0644));
    assertCorrupt("i_links_count is 0: the inode is not in use", ext4().set16(at + 0x1a, 0));
    assertCorrupt("i_extra_isize is 132, not in 0 to 128", ext4().set16(at + 0x80, 132));
    assertCorrupt("i_extra_isize is 30", ext4().set16(at + 0x80, 30));
    assertCorrupt("i_mtime_extra has 1073741823 nanoseconds", ext4().set32(at + 0x88, -4));
    assertCorrupt("i_size is 9223372036854775.*", ext4().set32(at + 0x6c, 0x80000000L));
    assertCorrupt("i_file_acl is block 4294967295", ext4().set32(at + 0x68, -1));
    assertCorrupt("has a name but is the value of.*", ext4().set32(at + 0x20, 0x280000));
    TestImage encrypted = ext4().set32(at + 0x20, 0x80800);
    assertTrue(
        assertThrows(
                UnsupportedFilesystemException.class, () -> encrypted.find("size-60").content())
            .getMessage()
            .endsWith("is encrypted, encrypt is not supported"));
  }

  @Test
  void fields_of_extent_trees_are_checked() throws IOException {
    int root = ext4().position("scattered") + 0x28;
    assertCorrupt("eh_magic is 0.*", ext4().set16(root, 0));
    assertCorrupt("eh_entries is 5, not in 0 to 4", ext4().set16(root + 2, 5));
    assertCorrupt("eh_entries is 0 at depth 1", ext4().set16(root + 2, 0));
    assertCorrupt("eh_depth is 6, not in 0 to 5", ext4().set16(root + 6, 6));
    assertCorrupt("ei_leaf is 2048\\+1 of 2048 blocks", ext4().set32(root + 16, BLOCKS));
    int leaf = block(ext4(), "scattered", 16);
    assertCorrupt("49 entries of depth 1 below depth 1", ext4().set16(leaf + 6, 1));
    assertCorrupt("extent from 1 to 1 .*", ext4().set32(leaf + 12, 1).set16(leaf + 16, 0));
    assertCorrupt("extent from 8 to 9 is not in 9 .*", ext4().set16(leaf + 16, 9));
    assertCorrupt("ee_start is 2047\\+2.*", ext4().set32(leaf + 20, 2047).set16(leaf + 16, 2));
  }

  @Test
  void block_numbers_of_block_maps_are_checked() throws IOException {
    int map = ext2().position("holes") + 0x28;
    for (int index : new int[] {0, 12, 13, 14}) {
      TestImage image = ext2().set32(map + 4 * index, BLOCKS);
      assertCorrupt("block number is 2048\\+1 of 2048 blocks", image);
    }
  }

  @Test
  void blocks_that_serve_again_and_again_are_refused() throws IOException {
    int map = ext2().position("holes") + 0x28;
    TestImage image = ext2();
    int indirect = image.bytes.getInt(map + 48) * 1024;
    for (int i = 0; i < 256; i++) {
      image.set32(indirect + 4 * i, indirect / 1024);
    }
    image.set32(map + 56, indirect / 1024);
    assertCorrupt("maps more blocks than the image has", image);
  }

  @Test
  void entries_of_directories_are_checked() throws IOException {
    int entries = block(ext2(), "dir", 0) + 24;
    assertCorrupt("rec_len is 8", ext2().set16(entries + 4, 8));
    assertCorrupt("rec_len is 14", ext2().set16(entries + 4, 14));
    assertCorrupt("rec_len is 2000", ext2().set16(entries + 4, 2000));
    assertCorrupt("entry leads to inode 7", ext2().set32(entries, 7));
    assertCorrupt("entry leads to inode 513", ext2().set32(entries, 513));
    assertCorrupt("entry says inode \\d+ is a FIFO, it is a .*", type(entries, 5));
    assertCorrupt("not a file name: ''", ext2().set16(entries + 6, 0x200));
    for (char bad : new char[] {'/', '\0'}) {
      TestImage image = ext2();
      image.bytes.put(entries + 9, (byte) bad);
      assertCorrupt("not a file name: .*", image);
    }
    TestImage twice = ext2();
    twice.set32(entries + 8, 'x').set16(entries + 6, 0x201);
    int second = entries + twice.bytes.getShort(entries + 4);
    int byType = twice.bytes.get(second + 7);
    twice.set32(second + 8, 'x').set16(second + 6, byType << 8 | 1);
    twice.bytes.put(entries + 7, (byte) 0);
    assertCorrupt("the name 'x' is there twice", twice);
  }

  private static TestImage type(int entry, int type) {
    TestImage image = ext2();
    image.bytes.put(entry + 7, (byte) type);
    return image;
  }

  @Test
  void the_size_of_a_directory_is_checked() throws IOException {
    int many = ext2().position("many");
    assertCorrupt("directory of 1000 bytes", ext2().set32(many + 4, 1000));
    assertCorrupt("directory of 4294966272 bytes", ext2().set32(many + 4, -1024));
    assertCorrupt("directory with a hole at block 1", ext2().set32(many + 0x28 + 4, 0));
    int inline = TestImage.of("ext4-inline").position("dir/deep");
    assertCorrupt(
        "inline directory of 61 bytes.*",
        TestImage.of("ext4-inline").withoutChecksums().set32(inline + 4, 61));
  }

  @Test
  void extended_attributes_are_checked() throws IOException {
    int block = ext2().bytes.getInt(ext2().position("dir") + 0x68) * 1024;
    assertCorrupt("h_magic is 0x0.*", ext2().set32(block, 0));
    assertCorrupt("h_blocks is 2.*", ext2().set32(block + 8, 2));
    assertCorrupt("extended attribute .* has the prefix number 9", prefix(block + 33, 9));
    assertCorrupt("e_value_size is 65537", ext2().set32(block + 40, 65537));
    assertCorrupt("value needs 2000 bytes.*", ext2().set32(block + 40, 2000));
    assertCorrupt("offset 65535 is outside of.*", ext2().set16(block + 34, 0xffff));
    assertCorrupt("is not a value of \\d+ bytes", ext2().set32(block + 36, 12));
  }

  private static TestImage prefix(int position, int number) {
    TestImage image = ext2();
    image.bytes.put(position, (byte) number);
    return image;
  }

  @Test
  void the_length_of_a_links_target_is_checked() throws IOException {
    int link = ext2().position("long-link");
    assertCorrupt("link to a target of 5000 bytes", ext2().set32(link + 4, 5000));
    assertCorrupt("link to a target of 0 bytes", ext2().set32(link + 4, 0));
    assertCorrupt("target with a zero byte", ext2().set32(link + 4, 300));
  }

  @Test
  void any_damage_is_an_error_or_another_tree() throws IOException {
    Random random = new Random(3);
    for (String name : new String[] {"ext2", "ext4", "ext4-inline", "ext4-groups", "dirty-ext3"}) {
      byte[] good = TestImage.of(name).bytes.array();
      for (int i = 0; i < 100; i++) {
        TestImage image = new TestImage(good.clone());
        for (int j = 1 << random.nextInt(9); j > 0; j--) {
          image.bytes.put(1024 + random.nextInt(300 << 10), (byte) random.nextInt());
        }
        image.set16(SB + 0x38, 0xef53);
        Ext4FuzzTest.readAll(image.withoutChecksums());
      }
    }
  }
}
