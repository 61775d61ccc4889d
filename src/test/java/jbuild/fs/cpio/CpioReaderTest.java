package jbuild.fs.cpio;

import static jbuild.fs.cpio.TestArchives.DIRECTORY;
import static jbuild.fs.cpio.TestArchives.FILE;
import static jbuild.fs.cpio.TestArchives.LINK;
import static jbuild.fs.cpio.TestArchives.concat;
import static jbuild.fs.cpio.TestArchives.gzip;
import static jbuild.fs.cpio.TestArchives.list;
import static jbuild.fs.cpio.TestArchives.open;
import static jbuild.fs.cpio.TestArchives.source;
import static jbuild.fs.cpio.TestArchives.testdata;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.ImageTable;
import jbuild.fs.Inode;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpioReaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "newc.cpio",
        "crc.cpio",
        "odc.cpio",
        "bin.cpio",
        "bin-big-endian.cpio",
        "newc.cpio.bz2",
        "newc.cpio.lzma",
        "newc.cpio.lz4",
        "newc.cpio.xz",
        "newc.cpio.zst"
      })
  void every_form_and_compression_gives_the_same_tree(String name) throws IOException {
    byte[] image = testdata(name);
    assertTrue(CpioReader.matches(source(image)));
    CpioReader reader = open(image);
    assertEquals(FilesystemFormat.CPIO, reader.format());
    assertEquals("", reader.volumeLabel());
    List<String> expected = Files.readAllLines(Path.of("testdata/fs/cpio/tree.tsv"));
    assertEquals(expected.subList(1, expected.size()), ImageTable.of(reader));
    assertEquals(ImageTable.of(reader), ImageTable.of(open(gzip(image(name)))), "compressed");
  }

  private static byte[] image(String name) throws IOException {
    return testdata(name.startsWith("newc") ? "newc.cpio" : name);
  }

  @Test
  void microcode_in_front_of_the_compressed_archive_is_merged_with_it() throws IOException {
    byte[] microcode =
        new TestArchives().add(FILE, "kernel/x86/code.bin", "abc").trailer().zeros(300).toBytes();
    byte[] main =
        new TestArchives()
            .add(DIRECTORY, ".", "")
            .add(FILE, "init", "#!")
            .trailer()
            .zeros(512)
            .toBytes();
    List<String> tree = List.of("kernel/", "kernel/x86/", "kernel/x86/code.bin = abc", "init = #!");
    assertEquals(tree, list(open(concat(microcode, main))));
    assertEquals(tree, list(open(concat(microcode, gzip(main)))));
    assertEquals(tree, list(open(concat(gzip(microcode), gzip(main)))));
    assertEquals(tree, list(open(concat(gzip(microcode), new byte[7], main))));
    assertEquals(tree, list(open(concat(microcode, gzip(main), new byte[9]))));
  }

  @Test
  void a_stream_of_another_kind_may_follow() throws IOException {
    byte[] more = new TestArchives().add(FILE, "zz-more", "x").trailer().toBytes();
    for (String first : List.of("newc.cpio.zst", "newc.cpio.lz4", "newc.cpio")) {
      byte[] image = concat(testdata(first), new byte[8], gzip(more));
      assertNotNull(open(image).root().child(ByteString.of("zz-more")), first);
    }
    byte[] image = concat(gzip(more), new byte[4], testdata("newc.cpio.zst"));
    assertNotNull(open(image).root().child(ByteString.of("zz-more")));
    image = concat(gzip(more), testdata("newc.cpio.xz"));
    assertNotNull(open(image).root().child(ByteString.of("zz-more")));
  }

  @Test
  void later_entries_take_the_place_of_earlier_ones() throws IOException {
    TestArchives archive =
        new TestArchives()
            .add(FILE, "a", "old")
            .add(FILE, "b", "file")
            .add(LINK, "c", "target")
            .add(DIRECTORY, "d", "")
            .add(FILE, "full/e", "kept")
            .trailer()
            .add(FILE, "a", "new")
            .add(DIRECTORY, "b", "")
            .add(DIRECTORY, "c", "")
            .add(FILE, "d", "file")
            .add(FILE, "full", "in vain")
            .trailer();
    assertEquals(
        List.of("full/", "full/e = kept", "a = new", "b/", "c/", "d = file"),
        list(open(archive.toBytes())));
  }

  @Test
  void a_directory_that_comes_again_keeps_what_is_in_it() throws IOException {
    TestArchives archive =
        new TestArchives().add(FILE, "d/e", "x").trailer().add(040700, "d", "").trailer();
    CpioReader reader = open(archive.toBytes());
    assertEquals(List.of("d/", "d/e = x"), list(reader));
    assertEquals(0700, child(reader, "d").mode());
  }

  @Test
  void symbolic_links_on_the_way_are_followed_inside_the_root() throws IOException {
    TestArchives archive =
        new TestArchives()
            .add(DIRECTORY, "usr", "")
            .add(DIRECTORY, "usr/lib", "")
            .add(LINK, "lib", "usr/lib")
            .add(LINK, "abs", "/usr/../../usr/./lib")
            .add(LINK, "usr/up", "../../..")
            .add(FILE, "lib/a", "1")
            .add(FILE, "abs/b", "2")
            .add(FILE, "usr/up/c", "3")
            .trailer();
    assertEquals(
        List.of(
            "usr/",
            "usr/lib/",
            "usr/lib/a = 1",
            "usr/lib/b = 2",
            "usr/up -> ../../..",
            "lib -> usr/lib",
            "abs -> /usr/../../usr/./lib",
            "c = 3"),
        list(open(archive.toBytes())));
  }

  @Test
  void names_are_normalised_and_never_lead_out() throws IOException {
    TestArchives archive =
        new TestArchives()
            .add(FILE, "/etc/a", "1")
            .add(FILE, "../../b", "2")
            .add(FILE, "./x//y/../c", "3")
            .add(040711, "..", "")
            .trailer();
    CpioReader reader = open(archive.toBytes());
    assertEquals(List.of("etc/", "etc/a = 1", "b = 2", "x/", "x/c = 3"), list(reader));
    assertEquals(0711, reader.root().mode());
  }

  @Test
  void directories_that_are_only_implied_belong_to_root() throws IOException {
    CpioReader reader = open(new TestArchives().add(FILE, "a/b", "").trailer().toBytes());
    Inode directory = child(reader, "a");
    assertEquals(FileType.DIRECTORY, directory.type());
    assertEquals(0755, directory.mode());
    assertEquals(0, directory.uid());
    assertEquals(0, directory.mtimeSeconds());
    assertEquals(7, child(directory, "b").uid());
  }

  @Test
  void hard_links_share_an_inode_whose_content_comes_with_any_of_them() throws IOException {
    TestArchives archive =
        new TestArchives()
            .hardLink(5, "a", "")
            .hardLink(6, "other", "o")
            .hardLink(5, "b", "data")
            .hardLink(5, "c", "")
            .trailer()
            .hardLink(5, "d", "")
            .trailer();
    CpioReader reader = open(archive.toBytes());
    assertEquals(List.of("a = data", "other = o", "b = data", "c = data", "d = "), list(reader));
    long number = child(reader, "a").number();
    assertEquals(number, child(reader, "b").number());
    assertEquals(number, child(reader, "c").number());
    assertFalse(number == child(reader, "d").number(), "an inode of another archive");
    assertFalse(number == child(reader, "other").number());
  }

  @Test
  void devices_have_their_numbers_and_other_things_none() throws IOException {
    TestArchives archive =
        new TestArchives()
            .add(020600, "tty", "")
            .add(060600, "disk", "")
            .add(010600, "fifo", "")
            .add(0140600, "socket", "")
            .trailer();
    CpioReader reader = open(archive.toBytes());
    assertEquals(FileType.CHARACTER_DEVICE, child(reader, "tty").type());
    assertEquals(4, child(reader, "tty").deviceMajor());
    assertEquals(64, child(reader, "disk").deviceMinor());
    assertEquals(0, child(reader, "fifo").deviceMajor());
    assertEquals(FileType.SOCKET, child(reader, "socket").type());
  }

  @Test
  void zero_bytes_behind_a_name_are_padding() throws IOException {
    TestArchives archive =
        new TestArchives().entry("070701", 1, FILE, 1, 0, "a\0\0\0\0\0\0\0\0", "x").trailer();
    assertEquals(List.of("a = x"), list(open(archive.toBytes())));
  }

  @Test
  void contents_of_compressed_archives_can_be_read_in_any_order() throws IOException {
    TestArchives archive = new TestArchives();
    for (int i = 0; i < 50; i++) {
      archive.add(FILE, "f" + i, ("content " + i + " ").repeat(i * 37));
    }
    CpioReader reader = open(gzip(archive.trailer().toBytes()));
    for (int i : new int[] {49, 0, 49, 25, 24, 26, 26, 1}) {
      String expected = ("content " + i + " ").repeat(i * 37);
      assertEquals(expected, TestArchives.content(child(reader, "f" + i)));
    }
    Inode first = child(reader, "f1");
    assertTrue(first.position() < child(reader, "f2").position());
    ByteSource content = first.content();

    assertEquals(first.size(), content.nextHole(0));
  }

  @Test
  void positions_rise_from_one_segment_to_the_next() throws IOException {
    byte[] one = new TestArchives().add(FILE, "a", "1").trailer().toBytes();
    byte[] two = new TestArchives().add(FILE, "b", "2").trailer().toBytes();
    byte[] three = new TestArchives().add(FILE, "c", "3").trailer().toBytes();
    CpioReader reader =
        open(concat(one, gzip(two), gzip(new byte[0]), testdata("newc.cpio.lz4"), gzip(three)));
    assertTrue(child(reader, "a").position() < child(reader, "b").position());
    assertTrue(child(reader, "b").position() < child(reader, "c").position());
  }

  @Test
  void what_is_no_archive_does_not_match() throws IOException {
    assertFalse(CpioReader.matches(source(new byte[0])));
    assertFalse(CpioReader.matches(source(new byte[1000])));
    assertFalse(CpioReader.matches(source(gzip(new byte[1000]))));
    assertFalse(
        CpioReader.matches(
            source(
                "070701 but no header, only text that begins like one"
                    .getBytes(StandardCharsets.US_ASCII))));
    assertFalse(CpioReader.matches(source(new byte[] {(byte) 0xc7, 0x71, 1, 2, 3, 4, 5})));
    byte[] damaged = gzip(testdata("newc.cpio"));
    damaged[12] ^= 0x7f;
    assertFalse(CpioReader.matches(source(damaged)));
  }

  private static Inode child(CpioReader reader, String name) throws IOException {
    return child(reader.root(), name);
  }

  private static Inode child(Inode directory, String name) throws IOException {
    Inode child = directory.child(ByteString.of(name));
    assertNotNull(child, name);
    return child;
  }
}
