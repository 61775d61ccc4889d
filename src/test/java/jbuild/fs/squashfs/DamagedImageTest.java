package jbuild.fs.squashfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jbuild.fs.ImageTable;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One damage to one field, and the error that names it. The image is one without compression. */
class DamagedImageTest {
  private static final int ID_TABLE = 48;
  private static final int XATTR_TABLE = 56;
  private static final int INODE_TABLE = 64;
  private static final int DIRECTORY_TABLE = 72;
  private static final int FRAGMENT_TABLE = 80;

  private byte[] bytes;
  private ByteBuffer image;

  @BeforeEach
  void read() throws IOException {
    bytes = TestImages.bytes("none");
    image = TestImages.fields(bytes);
  }

  @Test
  void other_versions_are_refused_by_name() throws IOException {
    image.putShort(28, (short) 3).putShort(30, (short) 1);
    assertUnsupported("squashfs version 3.1 is not supported (only 4.0 is)");
    image.putShort(28, (short) 4);
    assertUnsupported("squashfs version 4.1 is not supported (only 4.0 is)");
    assertTrue(matches(bytes));
  }

  @Test
  void big_endian_images_are_refused_by_name() throws IOException {
    image.putInt(0, 0x68737173).putShort(28, (short) 0x0200).putShort(30, (short) 0x0100);
    assertTrue(matches(bytes));
    assertUnsupported("squashfs version 2.1, big-endian is not supported (only 4.0 is)");
  }

  @Test
  void unknown_compressions_are_refused_by_name() {
    image.putShort(20, (short) 7);
    assertUnsupported("squashfs compression 7 is not supported");
  }

  @Test
  void an_unknown_version_of_lz4_is_refused_by_name() throws IOException {
    bytes = TestImages.bytes("lz4");
    TestImages.fields(bytes).putInt(98, 2);
    assertUnsupported("version 2 of the LZ4 format is not supported");
  }

  @Test
  void compressor_options_must_end_before_the_inode_table() throws IOException {
    bytes = TestImages.bytes("lz4");
    TestImages.fields(bytes).putShort(96, (short) 0xffff);
    assertCorrupt("compressor options @0x62: 32767 bytes reach into the inode table");
  }

  @Test
  void other_files_do_not_match() throws IOException {
    image.putInt(0, 0x12345678);
    assertFalse(matches(bytes));
    assertFalse(matches(new byte[0]));
    assertFalse(matches(Arrays.copyOf(bytes, 95)));
    assertCorrupt("superblock @0x0: s_magic is 0x12345678, not 0x73717368");
  }

  @Test
  void sizes_of_blocks_are_checked() {
    image.putInt(12, 4095);
    assertCorrupt("superblock @0xc: block_size is 4095, not in 4096 to 1048576");
    image.putInt(12, 2 << 20);
    assertCorrupt("superblock @0xc: block_size is 2097152, not in 4096 to 1048576");
    image.putInt(12, 8192);
    assertCorrupt("superblock @0x18: block_size is 8192, block_log 12");
    image.putShort(22, (short) 40);
    assertCorrupt("superblock @0x16: block_log is 40, not in 12 to 20");
  }

  @Test
  void tables_must_lie_in_the_image() {
    image.putLong(40, bytes.length + 1);
    assertCorrupt(
        "superblock @0x28: bytes_used is " + (bytes.length + 1) + ", not in 96 to " + bytes.length);
    image.putLong(40, bytes.length);
    for (int field : new int[] {ID_TABLE, XATTR_TABLE, INODE_TABLE, DIRECTORY_TABLE}) {
      long good = image.getLong(field);
      image.putLong(field, bytes.length + 1);
      assertCorrupt("superblock @0x" + Integer.toHexString(field) + ": ");
      image.putLong(field, good);
    }
    image.putShort(26, (short) 0);
    assertCorrupt("superblock @0x1a: no_ids is 0, not in 1 to 65535");
    image.putShort(26, (short) 5);
    image.putInt(16, -1);
    assertCorrupt(
        "fragment table @0x"
            + Long.toHexString(image.getLong(FRAGMENT_TABLE))
            + ": 67108864 bytes do not lie in the image");
  }

  @Test
  void the_root_must_be_a_directory_in_the_inode_table() throws IOException {
    long file = TestImages.find(TestImages.open(bytes), "random").number();
    image.putLong(32, file);
    assertCorrupt("root is a REGULAR");
    image.putLong(32, 0x2000L);
    assertCorrupt("reference 0x2000 does not lie in the table");
    image.putLong(32, -1);
    assertCorrupt("reference 0xffffffffffffffff does not lie in the table");
    image.putLong(32, 0x1fff);
    assertCorrupt("reference behind the end of its block");
  }

  @Test
  void headers_of_metadata_blocks_are_checked() {
    int inodes = (int) image.getLong(INODE_TABLE);
    image.putShort(inodes, (short) 0x8000);
    assertCorrupt("metadata block @0x" + Integer.toHexString(inodes) + ": size is 0, ");
    image.putShort(inodes, (short) 0xa001);
    assertCorrupt("metadata block @0x" + Integer.toHexString(inodes) + ": size is 8193, ");
    image.putShort(inodes, (short) 100);
    assertCorrupt("metadata block @0x" + Integer.toHexString(inodes) + ": zlib block is damaged");
  }

  @Test
  void types_and_owners_of_inodes_are_checked() throws IOException {
    int at = inode("random");
    image.putShort(at, (short) 15);
    assertCorruptAt(at, "inode_type is 15, not in 1 to 14");
    image.putShort(at, (short) 7);
    assertCorrupt("is the SOCKET 18, its directory says REGULAR 18");
    image.putShort(at, (short) 9);
    image.putShort(at + 4, (short) 900);
    assertCorrupt("id 900 of 5");
  }

  @Test
  void numbers_of_inodes_are_those_of_their_entries() throws IOException {
    image.putInt(inode("random") + 12, 77);
    assertCorrupt("is the REGULAR 77, its directory says REGULAR 18");
  }

  @Test
  void files_must_lie_in_the_image() throws IOException {
    int at = inode("dir/blocks") + InodeHeader.BYTES;
    long start = image.getLong(at);
    image.putLong(at, bytes.length + 1);
    assertCorruptAt(at, "start_block is " + (bytes.length + 1) + ", not in 0 to " + bytes.length);
    image.putLong(at, bytes.length - 12_287);
    assertCorrupt("blocks reach behind the end of the image");
    image.putLong(at, start);
    image.putLong(at + 8, -1);
    assertCorruptAt(at + 8, "file_size is 18446744073709551615, not in 0 to ");
    image.putLong(at + 8, Long.MAX_VALUE);
    assertCorrupt("list of 2251799813685248 blocks is longer than the inode table");
    image.putLong(at + 8, 1 << 22);
    assertCorrupt("begins behind the end of its table");
  }

  @Test
  void sizes_of_data_blocks_are_checked() throws IOException {
    int at = inode("dir/blocks") + InodeHeader.BYTES + 40;
    image.putInt(at, 4097);
    assertCorruptAt(at + 4, "block size word is 0x1001");
    image.putInt(at, 1 << 24);
    assertCorruptAt(at + 4, "block size word is 0x1000000");
    image.putInt(at, 1 << 25);
    assertCorruptAt(at + 4, "block size word is 0x2000000");
    image.putInt(at, 4095 | 1 << 24);
    assertCorrupt("data block @0x60: has 4095 bytes when decoded, not 4096");
    image.putInt(at, 4096);
    assertCorrupt("data block @0x60: zlib block is damaged");
  }

  @Test
  void tails_must_lie_in_their_fragment() throws IOException {
    int at = inode("dir/small2") + InodeHeader.BYTES;
    int offset = image.getInt(at + 32);
    image.putInt(at + 32, 4085);
    assertCorrupt("tail of 12 bytes at 4085 of a fragment");
    image.putInt(at + 32, -1);
    assertCorruptAt(at + 32, "offset is 4294967295, not in 0 to 2147483647");
    image.putInt(at + 32, 4084);
    assertCorrupt(" bytes, a file wants those up to 4096");
    image.putInt(at + 32, offset);
    image.putInt(at + 28, 9);
    assertCorrupt("fragment table @");
    image.putInt(at + 28, 0);
    image.putLong(at + 8, 4096);
    assertCorrupt("tail of 0 bytes at " + offset + " of a fragment");
  }

  @Test
  void fragments_must_have_bytes_in_the_image() {
    int list = (int) image.getLong(FRAGMENT_TABLE);
    int at = (int) image.getLong(list) + 2;
    long start = image.getLong(at);
    image.putLong(at, bytes.length);
    assertCorrupt(
        "bytes do not lie in the image, which ends at 0x" + Integer.toHexString(bytes.length));
    image.putLong(at, 5);
    assertCorruptAt(at, "start_block is 5, not in 96 to 9223372036854775807");
    image.putLong(at, start);
    image.putInt(at + 8, 0);
    assertCorrupt("fragment has no bytes");
    image.putLong(list, 1L << 40);
    assertCorrupt(
        "fragment table @0x"
            + Integer.toHexString(list)
            + ": block at 0x10000000000 is not in the image");
  }

  @Test
  void targets_of_links_are_checked() throws IOException {
    int at = inode("dir/long-link") + InodeHeader.BYTES + 4;
    image.putInt(at, 0);
    assertCorruptAt(at, "symlink_size is 0, not in 1 to 4095");
    image.putInt(at, 4096);
    assertCorruptAt(at, "symlink_size is 4096, not in 1 to 4095");
    image.putInt(at, 200);
    bytes[at + 50] = 0;
    assertCorrupt("target of a symbolic link holds a zero byte");
  }

  @Test
  void names_are_checked() throws IOException {
    int entry = listing("dir") + DirectoryHeader.BYTES;
    int name = entry + DirectoryEntry.BYTES;
    bytes[name] = '/';
    assertCorrupt("not a file name: /locks");
    bytes[name] = 0;
    assertCorrupt("not a file name: \\000locks");
    bytes[name] = 'z';
    assertCorrupt("entry blocks-tail out of order");
    System.arraycopy("blocks".getBytes(StandardCharsets.US_ASCII), 0, bytes, name, 6);
    image.putShort(entry + 6, (short) 255);
    assertCorruptAt(entry + 6, "size is 255, not in 0 to 254");
    image.putShort(entry + 6, (short) 0);
    bytes[name] = '.';
    assertCorrupt("not a file name: .");
  }

  @Test
  void entries_must_fit_their_directory() throws IOException {
    int header = listing("dir");
    int entry = header + DirectoryHeader.BYTES;
    int count = image.getInt(header);
    image.putInt(header, 256);
    assertCorruptAt(header, "count is 256, not in 0 to 255");
    image.putInt(header, 20);
    assertCorrupt("type 0 is unknown");
    int size = inode("dir") + InodeHeader.BYTES + 4;
    image.putInt(size, image.getInt(size) - 1);
    image.putInt(header, count);
    assertCorrupt("entry reaches behind the end of its directory");
    image.putInt(size, image.getInt(size) + 1);
    image.putShort(entry + 4, (short) 8);
    assertCorruptAt(entry + 6, "type 8 is unknown");
    image.putShort(entry + 4, (short) 2);
    image.putInt(header + 4, 8192);
    assertCorrupt("does not lie in the table");
  }

  @Test
  void attributes_are_checked() throws IOException {
    int header = (int) image.getLong(XATTR_TABLE);
    int first = (int) image.getLong(header) + 2;
    image.putShort(first, (short) 3);
    assertCorruptAt(first + 2, "xattr type 3 is unknown");
    image.putShort(first, (short) 0);
    image.putShort(first + 2, (short) 0);
    assertCorruptAt(first + 2, "size is 0, not in 1 to 250");
    image.putShort(first + 2, (short) 4);
    bytes[first + 4] = 0;
    assertCorrupt("not a name of an extended attribute: \\000ame");
    bytes[first + 4] = 's';
    image.putInt(first + 8, 65_537);
    assertCorruptAt(first + 8, "vsize is 65537, not in 0 to 65536");
    image.putShort(first, (short) 0x100);
    assertCorruptAt(first + 8, "vsize is 65537, not in 8 to 8");
  }

  @Test
  void sets_of_attributes_are_checked() throws IOException {
    int header = (int) image.getLong(XATTR_TABLE);
    int first = (int) image.getLong(header + 16) + 2;
    image.putInt(first + 8, 1_000_000);
    assertCorrupt("an inode has the attribute trusted.note twice");
    image.putInt(first + 8, 1);
    image.putLong(first, 0xffff);
    assertCorrupt("reference 0xffff does not lie in the table");
    image.putInt(inode("dir/small2") + InodeHeader.BYTES + 36, 8);
    assertCorrupt("xattr table @");
    image.putLong(XATTR_TABLE, -1);
    assertEquals(23, ImageTable.of(TestImages.open(bytes)).size(), "as Linux does");
  }

  private static boolean matches(byte[] bytes) throws IOException {
    return SquashfsReader.matches(ByteSource.of(ByteBuffer.wrap(bytes)));
  }

  private int inode(String path) throws IOException {
    long reference = TestImages.find(TestImages.open("none"), path).number();
    return (int) (image.getLong(INODE_TABLE) + 2 + (reference & 0xffff));
  }

  private int listing(String path) throws IOException {
    SquashfsInode directory = (SquashfsInode) TestImages.find(TestImages.open("none"), path);
    return (int) image.getLong(DIRECTORY_TABLE) + 2 + directory.offset();
  }

  private void assertUnsupported(String what) {
    UnsupportedFilesystemException e =
        assertThrows(UnsupportedFilesystemException.class, () -> TestImages.open(bytes));
    assertEquals("squashfs test: " + what, e.getMessage());
  }

  private void assertCorrupt(String part) {
    CorruptInputException e =
        assertThrows(
            CorruptInputException.class, () -> ImageTable.of(TestImages.open(bytes)), part);
    assertTrue(
        e.getMessage().startsWith("squashfs test: ") && e.getMessage().contains(part),
        () -> part + " is not in: " + e.getMessage());
  }

  private void assertCorruptAt(int position, String what) {
    assertCorrupt(" @0x" + Integer.toHexString(position) + ": " + what);
  }
}
