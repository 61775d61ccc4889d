package jbuild.fs.iso9660;

import static jbuild.fs.iso9660.TestIso.BLOCK;
import static jbuild.fs.iso9660.TestIso.ascii;
import static jbuild.fs.iso9660.TestIso.bytes;
import static jbuild.fs.iso9660.TestIso.ce;
import static jbuild.fs.iso9660.TestIso.entries;
import static jbuild.fs.iso9660.TestIso.entry;
import static jbuild.fs.iso9660.TestIso.find;
import static jbuild.fs.iso9660.TestIso.name;
import static jbuild.fs.iso9660.TestIso.names;
import static jbuild.fs.iso9660.TestIso.px;
import static jbuild.fs.iso9660.TestIso.record;
import static jbuild.fs.iso9660.TestIso.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jbuild.fs.Inode;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteSource;
import jbuild.io.FileType;
import org.junit.jupiter.api.Test;

/** What becomes of directory records, in images written by hand. */
class DirectoryTest {
  private static final byte[] FILE = entry("PX", px(0100644, 1, 7, 8));

  @Test
  void sections_of_a_file_are_put_together() throws IOException {
    Iso9660Reader reader =
        new TestIso(40)
            .section("BIG.;1", 30, BLOCK, FILE, name("big"))
            .section("BIG.;1", 33, 3)
            .section("BIG.;1", 34, 0)
            .file("BIG.;1", 35, 4)
            .data(30, ascii("a".repeat(BLOCK)))
            .data(33, ascii("bbb"))
            .data(35, ascii("cccc"))
            .open();
    assertEquals(List.of("big"), names(reader.root()));
    Inode big = find(reader, "big");
    assertEquals(BLOCK + 7, big.size());
    assertEquals(30L * BLOCK, big.position());
    assertEquals("a".repeat(BLOCK) + "bbbcccc", text(big));
    ByteSource content = big.content();
    byte[] across = new byte[6];
    content.read(BLOCK - 1, ByteBuffer.wrap(across));
    assertArrayEquals(ascii("abbbcc"), across);
    assertEquals(BLOCK + 7, content.nextHole(0));
    assertEquals(BLOCK + 4, content.nextData(BLOCK + 4));
    assertEquals(BLOCK + 7, content.nextData(BLOCK + 7));
    content.willNeed(BLOCK, Long.MAX_VALUE);
  }

  @Test
  void plain_names_lose_version_and_empty_extension() throws IOException {
    Iso9660Reader reader =
        TestIso.plain(30)
            .file("README.;1", 25, 0)
            .file("A.B;1", 25, 0)
            .file("A.B;2", 25, 0)
            .file("NOEXT.", 25, 0)
            .file("SLASH/ED;1", 25, 0)
            .open();
    assertEquals(List.of("readme", "a.b", "a.b.2", "noext.", "slash.ed"), names(reader.root()));
    assertEquals(0555, find(reader, "readme").mode());
  }

  @Test
  void names_that_differ_in_case_only_stay_as_they_are() throws IOException {
    Iso9660Reader reader = TestIso.plain(30).file("Ab", 25, 0).file("AB", 25, 0).open();
    assertEquals(List.of("Ab", "AB"), names(reader.root()));
  }

  @Test
  void files_without_a_name_of_rock_ridge_have_their_plain_one() throws IOException {
    Iso9660Reader reader =
        new TestIso(30)
            .file("ONE.TXT;1", 25, 0, FILE)
            .file("TWO.TXT;1", 25, 0, FILE, entry("NM", bytes(2)))
            .open();
    assertEquals(List.of("one.txt", "two.txt"), names(reader.root()));
    assertEquals(7, find(reader, "one.txt").uid());
  }

  @Test
  void forks_are_left_out() throws IOException {
    byte[] fork = record(ascii("F"), 4, 25, 5);
    Iso9660Reader reader = TestIso.plain(30).rawRecord(fork).file("F", 25, 6).open();
    assertEquals(List.of("f"), names(reader.root()));
    assertEquals(6, find(reader, "f").size());
  }

  @Test
  void links_of_one_serial_number_and_extent_are_one_inode() throws IOException {
    byte[] linked = entry("PX", px(0100644, 2, 0, 0, 99));
    Iso9660Reader reader =
        new TestIso(30)
            .file("A", 25, 1, linked, name("a"))
            .file("B", 25, 1, linked, name("b"))
            .file("OTHER", 26, 1, linked, name("other"))
            .file("SINGLE", 25, 1, entry("PX", px(0100644, 1, 0, 0, 99)), name("single"))
            .file("OLD", 25, 1, entry("PX", px(0100644, 2, 0, 0)), name("old"))
            .open();
    long a = find(reader, "a").number();
    assertEquals(a, find(reader, "b").number());
    for (String name : List.of("other", "single", "old")) {
      assertNotEquals(a, find(reader, name).number(), name);
    }
  }

  @Test
  void a_name_may_be_in_several_entries_and_areas() throws IOException {
    byte[] area = entries(entry("NM", bytes(1), ascii("second-")), ce(26, 100, 11));
    Iso9660Reader reader =
        new TestIso(30)
            .file("A", 25, 1, FILE, entry("NM", bytes(1), ascii("first-")), ce(26, 0, area.length))
            .data(26, area)
            .data(26, entries(area, new byte[100 - area.length], name("third.")))
            .open();
    assertEquals(List.of("first-second-third."), names(reader.root()));
  }

  @Test
  void entries_behind_the_terminator_do_not_count() throws IOException {
    Iso9660Reader reader =
        new TestIso(30).file("A", 25, 1, FILE, name("a"), entry("ST"), name("no")).open();
    assertEquals(List.of("a"), names(reader.root()));
  }

  @Test
  void bytes_of_another_extension_are_skipped() throws IOException {
    byte[] foreign = ascii("14 bytes of XA");
    Iso9660Reader reader =
        new TestIso(30)
            .rootSystemUse(foreign, TestIso.sp(14), entry("PX", px(040700, 1, 1, 2)))
            .file("A", 25, 1, foreign, FILE, name("a"))
            .open();
    assertEquals(0700, reader.root().mode());
    assertEquals(List.of("a"), names(reader.root()));
  }

  @Test
  void a_placeholder_is_the_directory_it_stands_for() throws IOException {
    byte[] xattr = entry("AL", bytes(0, 0, 2, 3, 'a', 0, 1, 'v'));
    byte[] relocated =
        record(
            ascii("DEEP"),
            2,
            31,
            BLOCK,
            entry("PX", px(040711, 2, 0, 0)),
            name("deep"),
            entry("RE"));
    Iso9660Reader reader =
        new TestIso(40)
            .directory("RR_MOVED", 30, entry("PX", px(040755, 2, 0, 0)), name("rr_moved"))
            .file("DEEP", 25, 0, FILE, name("deep"), entry("CL", TestIso.both(31)), xattr)
            .directoryAt(30, relocated)
            .directoryAt(31, record(ascii("X"), 0, 25, 1, FILE, name("x")))
            .open();
    assertEquals(List.of("deep"), names(reader.root()));
    Inode deep = find(reader, "deep");
    assertEquals(FileType.DIRECTORY, deep.type());
    assertEquals(List.of("x"), names(deep));
    assertEquals("[user.a]", deep.xattrs().keySet().toString());
  }

  @Test
  void blocks_may_be_smaller_than_sectors() throws IOException {
    int small = 512;
    byte[] image =
        TestIso.plain(30).file("A", 25 * BLOCK / small + 1, 5).bytes(); // in the middle of a sector
    ByteBuffer fields = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int root = TestIso.ROOT * BLOCK;
    fields.putShort(TestIso.DESCRIPTOR + 128, (short) small);
    fields.putInt(TestIso.DESCRIPTOR + 158, root / small).putInt(root + 2, root / small);
    fields.position(25 * BLOCK + small).put(ascii("hello"));
    assertEquals("hello", text(find(TestIso.open(image), "a")));
  }

  @Test
  void a_directory_called_rr_moved_is_shown_when_it_has_something_else() throws IOException {
    Iso9660Reader reader =
        new TestIso(40)
            .directory("RR_MOVED", 30, entry("PX", px(040755, 2, 0, 0)), name("rr_moved"))
            .directoryAt(30, record(ascii("X"), 0, 25, 1, FILE, name("x")))
            .open();
    assertEquals(List.of("rr_moved"), names(reader.root()));
  }

  @Test
  void a_large_directory_is_read_in_pieces() throws IOException {
    TestIso iso = TestIso.plain(400);
    int blocks = 150;
    byte[] directory = new byte[blocks * BLOCK];
    ByteBuffer records = ByteBuffer.wrap(directory);
    records.put(record(new byte[] {0}, 2, 30, directory.length));
    records.put(record(new byte[] {1}, 2, TestIso.ROOT, BLOCK));
    int count = 0;
    while (records.remaining() > BLOCK) {
      byte[] file = record(ascii("FILE" + count), 0, 25, 0);
      if (records.position() % BLOCK + file.length > BLOCK) {
        records.position((records.position() / BLOCK + 1) * BLOCK);
      }
      records.put(file);
      count++;
    }
    iso.rawRecord(record(ascii("BIG"), 2, 30, directory.length)).data(30, directory);
    List<String> names = names(find(iso.open(), "big"));
    assertEquals(count, names.size());
    assertEquals("file" + (count - 1), names.get(count - 1));
  }

  @Test
  void forms_of_recording_that_are_not_supported_are_refused_by_name() throws IOException {
    byte[] interleaved = record(ascii("I"), 0, 25, 100, FILE, name("interleaved"));
    interleaved[26] = 1;
    byte[] sparse = entry("SF", new byte[17]);
    byte[] packed = entry("ZF", 2, ascii("XZ"), bytes(6, 15, 9, 0, 0, 0, 0, 0, 0, 0));
    Iso9660Reader reader =
        new TestIso(30)
            .rawRecord(interleaved)
            .file("S", 25, 1, FILE, name("sparse"), sparse)
            .file("Z", 25, 1, FILE, name("packed"), packed)
            .open();
    assertRefused(reader, "interleaved", "file interleaved is interleaved");
    assertRefused(reader, "sparse", "file sparse is recorded without its holes (SF)");
    assertRefused(reader, "packed", "file packed is packed with XZ, version 2");
  }

  private static void assertRefused(Iso9660Reader reader, String name, String why)
      throws IOException {
    Inode file = find(reader, name);
    UnsupportedFilesystemException e =
        assertThrows(UnsupportedFilesystemException.class, file::content);
    assertEquals("iso9660 test: " + why, e.getMessage());
  }
}
