package jbuild.fs.iso9660;

import static jbuild.fs.iso9660.TestIso.BLOCK;
import static jbuild.fs.iso9660.TestIso.DESCRIPTOR;
import static jbuild.fs.iso9660.TestIso.ROOT;
import static jbuild.fs.iso9660.TestIso.ascii;
import static jbuild.fs.iso9660.TestIso.both;
import static jbuild.fs.iso9660.TestIso.bytes;
import static jbuild.fs.iso9660.TestIso.ce;
import static jbuild.fs.iso9660.TestIso.entries;
import static jbuild.fs.iso9660.TestIso.entry;
import static jbuild.fs.iso9660.TestIso.find;
import static jbuild.fs.iso9660.TestIso.name;
import static jbuild.fs.iso9660.TestIso.names;
import static jbuild.fs.iso9660.TestIso.px;
import static jbuild.fs.iso9660.TestIso.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import jbuild.fs.ImageTable;
import jbuild.fs.Inode;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Each field that matters, damaged: the error says where and what. */
class CorruptIsoTest {
  private static final byte[] FILE = entry("PX", px(0100644, 1, 0, 0));
  private static final byte[] LINK = entry("PX", px(0120777, 1, 0, 0));

  /** Of the first record behind those of the root and its parent. */
  private static final int FIRST = ROOT * BLOCK + 34 + 7 + 36 + 1 + 34;

  private static void assertCorrupt(String message, Executable reading) {
    CorruptInputException e = assertThrows(CorruptInputException.class, reading);
    assertEquals("iso9660 test: " + message, e.getMessage());
  }

  private static void assertCorrupt(String message, byte[] image) {
    assertCorrupt(message, () -> ImageTable.of(TestIso.open(image)));
  }

  private static void assertCorrupt(String message, TestIso iso) {
    assertCorrupt(message, iso.bytes());
  }

  /** A root with one file, damaged. */
  private static byte[] damaged(Consumer<ByteBuffer> damage) {
    byte[] image = new TestIso(26).file("A", 25, 5, FILE, name("a")).bytes();
    damage.accept(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
    return image;
  }

  /** A root whose one entry has these system use entries. */
  private static TestIso with(byte[]... entries) {
    return new TestIso(26).file("A", 25, 5, entries(entries));
  }

  @Test
  void volume_descriptors() {
    assertCorrupt(
        "volume descriptors @0x8000: there is no primary volume descriptor",
        damaged(image -> image.put(DESCRIPTOR + 1, (byte) 'X')));
    assertCorrupt(
        "volume descriptor @0x8080: logical block size is 0, not in 512 to 2048",
        damaged(image -> image.putShort(DESCRIPTOR + 128, (short) 0)));
    assertCorrupt(
        "volume descriptor @0x8082: logical block size is 1536, not a power of two",
        damaged(image -> image.putShort(DESCRIPTOR + 128, (short) 1536)));
    assertCorrupt(
        "directory record @0x7fffffff800: needs 1 bytes, the image ends at 0xd000",
        damaged(image -> image.putInt(DESCRIPTOR + 158, -1)));
  }

  @Test
  void a_missing_terminator_does_no_harm() throws IOException {
    byte[] image = damaged(bytes -> bytes.put(DESCRIPTOR + BLOCK, (byte) 7));
    assertEquals(1, names(TestIso.open(image).root()).size());
    Arrays.fill(image, DESCRIPTOR + BLOCK, DESCRIPTOR + BLOCK + 7, (byte) 0);
    assertEquals(1, names(TestIso.open(image).root()).size());
  }

  @Test
  void the_records_of_the_directory_and_its_parent() {
    assertCorrupt(
        "directory @0xa000: does not begin with a record of itself",
        damaged(image -> image.put(ROOT * BLOCK + 33, (byte) 'X')));
    assertCorrupt(
        "directory record @0xa04e: is not that of its parent",
        damaged(image -> image.put(ROOT * BLOCK + 34 + 7 + 36 + 1 + 33, (byte) 'X')));
    assertCorrupt(
        "directory record @0xa070: belongs to the start of a directory",
        new TestIso(26).rawRecord(record(bytes(0), 2, ROOT, BLOCK)));
    assertCorrupt(
        "directory @0xa000: is empty, it has no record of itself",
        damaged(image -> image.putInt(ROOT * BLOCK + 10, 0)));
  }

  @Test
  void lengths_of_records() {
    assertCorrupt(
        "directory record @0xa072: location of extent needs 4 bytes, 1 are left",
        damaged(image -> image.put(FIRST, (byte) 3)));
    assertCorrupt(
        "directory record @0xa091: file identifier needs 255 bytes, 43 are left",
        damaged(image -> image.put(FIRST + 32, (byte) 255)));
    assertCorrupt(
        "directory record @0xa091: file identifier is empty",
        damaged(image -> image.put(FIRST + 32, (byte) 0)));
    assertCorrupt(
        "directory record @0xa070: is 76 bytes long, 75 are left",
        damaged(image -> image.putInt(ROOT * BLOCK + 10, FIRST - ROOT * BLOCK + 75)));
    byte[] sector = new byte[BLOCK];
    for (int i = 0; i < 8; i++) {
      sector[i * 254] = (byte) 254;
      sector[i * 254 + 32] = 1;
      sector[i * 254 + 33] = (byte) ('B' + i);
    }
    sector[8 * 254] = 34;
    assertCorrupt(
        "directory record @0xaff0: is 34 bytes long, 16 are left",
        damaged(
            image -> {
              image.putInt(ROOT * BLOCK + 10, 3 * BLOCK);
              image.position((ROOT + 1) * BLOCK).put(sector);
            }));
  }

  @Test
  void directories_and_files_that_lie_outside_of_the_image() {
    assertCorrupt(
        "directory @0xa000: needs 65536 bytes, the image ends at 0xd000",
        damaged(image -> image.putInt(ROOT * BLOCK + 10, 65536)));
    assertCorrupt(
        "file data @0x7fffffff800: needs 5 bytes, the image ends at 0xd000",
        damaged(image -> image.putInt(FIRST + 2, -1)));
    assertCorrupt(
        "file data @0xc800: needs 4294967295 bytes, the image ends at 0xd000",
        damaged(image -> image.putInt(FIRST + 10, -1)));
    assertCorrupt(
        "file data @0x80000: needs 2048 bytes, the image ends at 0xd000",
        new TestIso(26).section("A", 25, BLOCK, FILE).file("A", 256, BLOCK));
  }

  @Test
  void sections_of_files() {
    assertCorrupt(
        "directory @0xa000: ends before the last section of a file",
        new TestIso(26).section("A", 25, BLOCK, FILE));
    assertCorrupt(
        "directory record @0xa0b6: is no section of a file",
        new TestIso(26).section("A", 25, BLOCK, FILE).file("B", 25, 1));
    assertCorrupt(
        "directory record @0xa070: is no section of a file",
        new TestIso(26).rawRecord(record(ascii("D"), 0x82, 25, BLOCK)));
  }

  @Test
  void names_that_none_can_have() throws IOException {
    String what = "directory @0xa000: has a name that none can have: ";
    assertCorrupt(what + "\"a/b\"", with(FILE, name("a/b")));
    assertCorrupt(what + "\"..\"", with(FILE, name("..")));
    assertCorrupt(what + "\"a\\000\"", with(FILE, name("a\0")));
    assertCorrupt(what + "\"\"", new TestIso(26).file("\0x", 25, 0, FILE));
    assertCorrupt(
        "directory @0xa000: has a name twice",
        new TestIso(26).file("A", 25, 0, FILE, name("x")).file("B", 25, 0, FILE, name("x")));
    byte[] half = entry("NM", bytes(1), ascii("n".repeat(128)));
    TestIso tooLong = new TestIso(27).file("A", 25, 0, FILE, ce(26, 0, 2 * half.length));
    Iso9660Reader reader = tooLong.data(26, entries(half, half)).open();
    UnsupportedFilesystemException e =
        assertThrows(UnsupportedFilesystemException.class, () -> names(reader.root()));
    assertEquals("iso9660 test: file name of 256 bytes: " + "n".repeat(256), e.getMessage());
  }

  @Test
  void lengths_of_system_use_entries() {
    String entry = "system use entry @0xa092: ";
    assertCorrupt(entry + "is 3 bytes long, not 4 to 4", with(bytes('P', 'X', 3, 1)));
    assertCorrupt(entry + "is 9 bytes long, not 4 to 8", with(bytes('N', 'M', 9, 1, 0, 0, 0, 0)));
    assertCorrupt(
        "system use entry @0xa096: PX file mode needs 4 bytes, 2 are left",
        with(entry("PX", bytes(1, 2))));
    assertCorrupt(
        "system use entry @0xa0bd: SL component needs 9 bytes, 1 are left",
        with(LINK, entry("SL", bytes(0, 0, 9, 'x'))));
  }

  @Test
  void continuation_areas() {
    assertCorrupt(
        "system use entry @0xa092: continues for more than 1048576 bytes",
        new TestIso(27).file("A", 25, 5, ce(26, 0, 28)).data(26, ce(26, 0, 28)));
    assertCorrupt(
        "continuation area @0x80000: needs 28 bytes, the image ends at 0xd000",
        with(ce(256, 0, 28)));
    assertCorrupt(
        "system use entry @0xa0a6: CE length is 4294967295, not in 0 to 1048576",
        with(ce(256, 0, -1)));
  }

  @Test
  void types_of_files() {
    assertCorrupt(
        "directory record @0xa070: PX file mode is 0644", with(entry("PX", px(0644, 1, 0, 0))));
    assertCorrupt(
        "directory record @0xa070: flags say REGULAR, PX file mode says DIRECTORY",
        with(entry("PX", px(040755, 1, 0, 0))));
    assertCorrupt(
        "system use entry @0xa0ca: PN device number is 4096:1",
        with(entry("PX", px(020644, 1, 0, 0)), entry("PN", both(4096), both(1))));
  }

  @Test
  void symbolic_links() {
    assertCorrupt("directory record @0xa070: symbolic link has no valid target", with(LINK));
    assertCorrupt(
        "directory record @0xa070: symbolic link has no valid target",
        with(LINK, entry("SL", bytes(0, 0, 1, 0))));
    assertCorrupt(
        "system use entry @0xa0bd: SL component flags are 0x20",
        with(LINK, entry("SL", bytes(0, 0x20, 0))));
    byte[] quarter = entry("SL", bytes(1, 1, 240), ascii("y".repeat(240)));
    byte[][] all = new byte[18][];
    Arrays.fill(all, quarter);
    byte[] area = entries(all);
    assertCorrupt(
        "system use entry @0xe15e: symbolic link is longer than 4095 bytes",
        new TestIso(30).file("A", 25, 5, LINK, ce(26, 0, area.length)).data(26, area));
  }

  @Test
  void placeholders() {
    assertCorrupt(
        "directory @0xc800: does not begin with a record of itself",
        with(FILE, entry("CL", both(25))).data(25, record(ascii("X"), 2, 25, BLOCK)));
    assertCorrupt(
        "directory record @0x80000: needs 1 bytes, the image ends at 0xd000",
        with(FILE, entry("CL", both(256))));
  }

  @Test
  void attributes() throws IOException {
    assertCorrupt(
        "AAIP attributes @0xa074: AL component flags needs 1 bytes, 0 are left",
        with(FILE, entry("AL", bytes(0, 0, 2, 3, 'a'))));
    assertCorrupt(
        "AAIP attributes @0xa077: name is empty or has a zero byte",
        with(FILE, entry("AL", bytes(0, 0, 3, 3, 'a', 0, 0, 0))));
    assertCorrupt(
        "AAIP attributes @0xa072: ACL qualifier needs 4 bytes, 1 are left",
        with(FILE, entry("AL", bytes(0, 0, 0, 0, 3, 0xaf, 4, 1))));
  }

  @Test
  void packed_files() throws IOException {
    byte[] good = IsoImagesTest.image("zisofs1");
    int at = (int) find(TestIso.open(good), "text").position();
    assertPacked(at + 8, ": does not begin as zisofs does", good, at, 0);
    assertPacked(at, ": header is not what ZF says", good, at + 8, 0);
    assertPacked(at + 13, ": header size is 3 words, fewer than 4", good, at + 12, 3);
    assertPacked(at + 14, ": block size is 2^14, not 2^15 to 2^20", good, at + 13, 14);
    assertPacked(at + 20, ": pointer to block 0 is 0", good, at + 16, 0);
    int block = at + 16 + 2 * 4;
    String why = ": zlib block is damaged: incorrect header check";
    assertPacked(block, why, good, block, 0);
  }

  private static void assertPacked(int offset, String what, byte[] good, int at, int value)
      throws IOException {
    byte[] bad = good.clone();
    bad[at] = (byte) value;
    Inode file = find(TestIso.open(bad), "text");
    assertCorrupt(
        "zisofs @0x" + Integer.toHexString(offset) + what, () -> ImageTable.sha256(file.content()));
  }
}
