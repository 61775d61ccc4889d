package jbuild.fs.iso9660;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jbuild.fs.iso9660.TestIso.find;
import static jbuild.fs.iso9660.TestIso.names;
import static jbuild.fs.iso9660.TestIso.open;
import static jbuild.fs.iso9660.TestIso.text;
import static jbuild.fs.iso9660.TestIso.texts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import jbuild.fs.ImageTable;
import jbuild.fs.Inode;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of other writers, in {@code testdata/fs/iso9660}: its README says how they were made. */
class IsoImagesTest {
  private static final Path IMAGES = Path.of("testdata/fs/iso9660");
  private static final int MODE = 2;
  private static final int LINKS = 7;
  private static final int XATTRS = 11;

  static byte[] image(String name) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(IMAGES.resolve(name + ".iso.gz")))) {
      return in.readAllBytes();
    }
  }

  /** The tree as it was on disk, without the header. */
  private static List<String> truth(String name) throws IOException {
    List<String> lines = Files.readAllLines(IMAGES.resolve(name + ".tsv"));
    return lines.subList(1, lines.size());
  }

  /** Leaves out columns that an image has not recorded. */
  private static List<String> without(List<String> table, List<Integer> columns) {
    List<String> lines = new ArrayList<>();
    for (String line : table) {
      List<String> cells = new ArrayList<>(Arrays.asList(line.split("\t")));
      columns.forEach(column -> cells.set(column, ""));
      lines.add(String.join("\t", cells));
    }
    return lines;
  }

  @Test
  void every_attribute_that_xorriso_records_comes_back() throws IOException {
    Iso9660Reader reader = open(image("rockridge"));
    assertEquals("ROCK RIDGE", reader.volumeLabel());
    assertEquals(truth("rockridge"), ImageTable.of(reader));
  }

  @Test
  void relocated_directories_are_back_in_their_places() throws IOException {
    // Without ACLs xorriso records the group's own permissions, not the mask.
    List<Integer> lost = List.of(MODE, LINKS, XATTRS);
    assertEquals(
        without(truth("rockridge"), lost), without(ImageTable.of(open(image("relocated"))), lost));
  }

  @Test
  void what_genisoimage_records_comes_back_and_rr_moved_is_hidden() throws IOException {
    List<Integer> lost = List.of(LINKS, XATTRS);
    List<String> truth = new ArrayList<>(truth("rockridge"));
    truth.removeIf(line -> line.startsWith("sl-parts\t") || line.startsWith("sl-long\t"));
    Iso9660Reader reader = open(image("genisoimage"));
    assertEquals("GENISO", reader.volumeLabel());
    assertEquals(without(truth, lost), without(ImageTable.of(reader), lost));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zisofs1", "zisofs2"})
  void packed_files_are_unpacked(String name) throws IOException {
    assertEquals(truth("zisofs"), ImageTable.of(open(image(name))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zisofs1", "zisofs2"})
  void packed_files_can_be_read_at_any_offset(String name) throws IOException {
    Inode file = find(open(image(name)), "holes");
    ByteSource content = file.content();
    byte[] all = new byte[(int) file.size()];
    content.read(0, ByteBuffer.wrap(all));
    for (int at = 0; at < all.length - 1000; at += 32768 / 3) {
      byte[] piece = new byte[1000];
      content.read(at, ByteBuffer.wrap(piece));
      assertArrayEquals(Arrays.copyOfRange(all, at, at + piece.length), piece);
    }
  }

  @Test
  void blocks_of_zeros_in_packed_files_are_holes() throws IOException {
    Iso9660Reader reader = open(image("zisofs1"));
    ByteSource holes = find(reader, "holes").content();
    assertEquals(0, holes.nextHole(0));
    assertEquals(65536, holes.nextData(0)); // 70,000 zeros are two blocks of 32 KiB, and some
    assertEquals(196608, holes.nextHole(65536)); // 108,894 bytes of text behind them
    assertEquals(holes.size(), holes.nextData(196608));
    ByteSource zeros = find(reader, "zeros").content();
    assertEquals(zeros.size(), zeros.nextData(1));
    ByteSource text = find(reader, "text").content();
    assertEquals(text.size(), text.nextHole(0));
    assertEquals(5, text.nextData(5));
  }

  @Test
  void names_of_joliet_are_unicode() throws IOException {
    Iso9660Reader reader = open(image("joliet"));
    assertEquals("JOLIET", reader.volumeLabel());
    assertEquals(
        Set.of(
            "data",
            "dir",
            "empty",
            "empty2",
            "empty3",
            "hello.txt",
            "link",
            "UPPER.TXT",
            "ünï-日本.txt"),
        Set.copyOf(names(reader.root())));
    Inode file = find(reader, "ünï-日本.txt");
    assertEquals("u", text(file));
    assertEquals(0555, file.mode());
    assertEquals(0, file.uid());
    assertEquals(981173106, file.mtimeSeconds());
  }

  @Test
  void plain_names_are_in_lower_case_without_version() throws IOException {
    Iso9660Reader reader = open(image("plain"));
    assertEquals(
        Set.of(
            "__n_____.txt",
            "data",
            "dir",
            "empty",
            "empty2",
            "empty3",
            "hello.txt",
            "link",
            "upper.txt"),
        Set.copyOf(names(reader.root())));
    assertEquals("hello\n", text(find(reader, "hello.txt")));
  }

  @Test
  void the_last_session_counts() throws IOException {
    assertEquals(Map.of("changed", "new\n", "second", "one\n"), texts(open(image("sessions"))));
  }

  @Test
  void an_image_is_known_by_its_first_volume_descriptor() throws IOException {
    byte[] image = image("plain");
    assertTrue(Iso9660Reader.matches(ByteSource.of(ByteBuffer.wrap(image))));
    for (int length : new int[] {0, 32768, 32774, 34815}) {
      assertFalse(Iso9660Reader.matches(ByteSource.of(ByteBuffer.wrap(image, 0, length))));
    }
    image[0x8003] = 'X';
    assertFalse(Iso9660Reader.matches(ByteSource.of(ByteBuffer.wrap(image))));
  }

  @Test
  void data_has_the_position_at_which_it_lies_in_the_image() throws IOException {
    byte[] image = image("genisoimage");
    Inode file = open(image).root().child(ByteString.of("hello.txt"));
    assertEquals("hello\n", new String(image, (int) file.position(), 6, UTF_8));
  }
}
