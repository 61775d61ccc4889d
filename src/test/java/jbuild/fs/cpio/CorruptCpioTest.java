package jbuild.fs.cpio;

import static jbuild.fs.cpio.TestArchives.FILE;
import static jbuild.fs.cpio.TestArchives.LINK;
import static jbuild.fs.cpio.TestArchives.concat;
import static jbuild.fs.cpio.TestArchives.gzip;
import static jbuild.fs.cpio.TestArchives.open;
import static jbuild.fs.cpio.TestArchives.testdata;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;

/** What is wrong with an archive is said with its place, field by field. */
class CorruptCpioTest {
  /** Positions of fields in a newc header. */
  private static final int MODE = 14;

  private static final int SIZE = 54;
  private static final int NAME_SIZE = 94;

  @Test
  void each_damaged_field_is_named_with_its_place() {
    refused("header @0xe: ino has a character that is no digit of base 16", file(6, "0000000x"));
    refused("header @0x16: mode is 020000644", file(MODE, "004001A4"));
    refused("mode is 0644", file(MODE, "000001A4"));
    refused("mode is 0170000", file(MODE, "0000F000"));
    refused("header @0x66: namesize is 0, not in 1 to 4096", file(NAME_SIZE, "00000000"));
    refused("header @0x66: namesize is 4097, not in 1 to 4096", file(NAME_SIZE, "00001001"));
    refused(
        "name @0x6e: the input ends in it (is the file truncated?)", file(NAME_SIZE, "00000800"));
    refused("content of name @0x74: the input ends in it", file(SIZE, "FFFFFFFF"));
    refused("header @0x74: there is none, and no TRAILER!!! came before", file(SIZE, "00000000"));
  }

  @Test
  void names_must_end_and_not_be_empty() {
    refused("name @0x72: it does not end with a zero byte", entry(FILE, "name", ""));
    refused("name @0x70: it is empty", entry(FILE, "\0a", ""));
    refused("a name has 256 bytes: nnnn", entry(FILE, "n".repeat(256) + '\0', ""));
    refused("the root is a REGULAR", entry(FILE, "a/..\0", ""));
  }

  @Test
  void targets_must_be_short_and_not_empty() {
    refused("target @0x70: it has 0 bytes", entry(LINK, "l\0", ""));
    refused("target @0x71: it is empty", entry(LINK, "l\0", "\0"));
    refused("target @0x70: it has 4096 bytes", entry(LINK, "l\0", "t".repeat(4096)));
  }

  @Test
  void a_path_cannot_go_through_a_file_or_in_circles() {
    TestArchives through = new TestArchives().add(FILE, "a", "").add(FILE, "a/b", "").trailer();
    refused("entry @0x70: its path goes through a REGULAR: a", through.toBytes());
    TestArchives circle =
        new TestArchives().add(LINK, "a", "b").add(LINK, "b", "a").add(FILE, "a/c", "").trailer();
    refused("its path has too many links: ", circle.toBytes());
  }

  @Test
  void links_that_grow_without_end_are_refused() {
    TestArchives archive = new TestArchives().add(LINK, "l", "./l/l/l/l/l/l".repeat(100));
    refused("its path has too many links: l", archive.add(FILE, "l/x", "").trailer().toBytes());
  }

  @Test
  void directories_that_nothing_is_said_about_are_bounded() {
    TestArchives archive = new TestArchives();
    for (int i = 0; i < 5; i++) {
      archive.add(FILE, i + "/a".repeat(2000), "");
    }
    refused("entry @0x2020: too many directories without an entry", archive.trailer().toBytes());
  }

  @Test
  void an_archive_cut_anywhere_is_refused() throws IOException {
    byte[] good = new TestArchives().add(FILE, "a", "123").add(LINK, "l", "a").trailer().toBytes();
    // The padding behind the trailer may be missing.
    for (int length = 1; length < good.length - 3; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThrows(CorruptInputException.class, () -> open(cut), "cut at " + length);
    }
    byte[] stream = gzip(good);
    for (int length = 1; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThrows(CorruptInputException.class, () -> open(cut), "stream cut at " + length);
    }
  }

  @Test
  void sums_of_the_crc_form_are_verified_when_it_is_opened() {
    byte[] good =
        new TestArchives().entry("070702", 1, FILE, 1, 'a' + 'b', "n\0", "ab").trailer().toBytes();
    assertEquals(1, assertOpens(good));
    byte[] bad = good.clone();
    bad[112] ^= 1;
    refused("content of n @0x70: the sum of its bytes is c2, not c3", bad);
  }

  @Test
  void garbage_is_told_from_further_archives() throws IOException {
    byte[] good = new TestArchives().add(FILE, "a", "").trailer().toBytes();
    byte[] garbage = "garbage".getBytes(StandardCharsets.US_ASCII);
    refused("archive @0xec: it is neither a cpio archive nor compressed", concat(good, garbage));
    refused("gzip stream @0x", concat(gzip(good), garbage));
    refused("gzip stream at 0x0: archive @0x0: it is neither", gzip(garbage));
    refused("archive @0x0: there is none", new byte[0]);
    refused("xz stream @0x4a7: the data ends early", concat(testdata("newc.cpio.xz"), garbage));
  }

  @Test
  void a_stream_that_ends_before_its_archive_is_refused_though_another_follows() {
    byte[] half = new TestArchives().add(FILE, "a", "1").toBytes();
    byte[] more = new TestArchives().add(FILE, "b", "1").trailer().toBytes();
    refused("gzip stream @0x", concat(gzipped(half), more));
  }

  @Test
  void damaged_streams_are_named_with_their_place_in_the_image() throws IOException {
    byte[] front = new TestArchives().trailer().zeros(400).toBytes();
    byte[] stream = gzip(testdata("newc.cpio"));
    stream[stream.length - 8] ^= 1;
    int at = front.length + stream.length - 8;
    refused(
        "test: gzip stream @0x" + Integer.toHexString(at) + ": the content does not match its CRC",
        concat(front, stream));
    byte[] lz4 = testdata("newc.cpio.lz4");
    lz4[7] = 0x7f;
    refused("lz4 block @0x4: length is ", lz4);
    lz4 = testdata("newc.cpio.lz4");
    Arrays.fill(lz4, 8, 200, (byte) 0xff);
    refused("lz4 block @0x4: lz4 block is damaged", lz4);
  }

  @Test
  void compressions_that_are_not_supported_are_named() {
    unsupported("test: compression by lzop", 0x89, 'L', 'Z', 'O', 0, '\r', '\n');
    unsupported("test: compression by lz4 frame", 0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7);
  }

  private static int assertOpens(byte[] image) {
    try {
      return open(image).root().child(ByteString.of("n")) == null ? 0 : 1;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] gzipped(byte[] plain) {
    try {
      return gzip(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** An archive of one file, with something else at a position of its header. */
  private static byte[] file(int position, String text) {
    byte[] image = new TestArchives().add(FILE, "name", "12345").trailer().toBytes();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, image, position, bytes.length);
    return image;
  }

  private static byte[] entry(int mode, String name, String content) {
    return new TestArchives().entry("070701", 1, mode, 1, 0, name, content).trailer().toBytes();
  }

  private static void refused(String message, byte[] image) {
    CorruptInputException e = assertThrows(CorruptInputException.class, () -> open(image), message);
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().startsWith("test: "), e.getMessage());
  }

  private static void unsupported(String message, int... head) {
    byte[] image = new byte[64];
    for (int i = 0; i < head.length; i++) {
      image[i] = (byte) head[i];
    }
    UnsupportedFilesystemException e =
        assertThrows(UnsupportedFilesystemException.class, () -> open(image));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }
}
