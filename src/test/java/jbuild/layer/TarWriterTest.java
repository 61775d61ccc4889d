package jbuild.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class TarWriterTest {
  private static final Attributes PLAIN = Attributes.of(0644, 0, 0, 0);

  private static RegularFile file(Attributes attributes, String content) {
    byte[] bytes = TarBytes.latin1(content);
    return new RegularFile(attributes, bytes.length, new FileData.Bytes(bytes));
  }

  private static ByteString latin1(String name) {
    return ByteString.of(TarBytes.latin1(name));
  }

  private static LayerTree tree(Object... pathsAndInodes) {
    LayerTree tree = new LayerTree();
    for (int i = 0; i < pathsAndInodes.length; i += 2) {
      tree.put(BytePath.parse(latin1((String) pathsAndInodes[i])), (Inode) pathsAndInodes[i + 1]);
    }
    return tree;
  }

  private static SortedMap<ByteString, byte[]> xattrs(String... namesAndValues) {
    SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      xattrs.put(ByteString.of(namesAndValues[i]), TarBytes.latin1(namesAndValues[i + 1]));
    }
    return xattrs;
  }

  /** The typeflag and raw name field of each header of a tar whose members are empty. */
  private static List<String> headers(byte[] tar) {
    List<String> headers = new ArrayList<>();
    for (int at = 0; at < tar.length - 1024; at += 512) {
      String name = new String(tar, at, 100, ISO_8859_1);
      int nul = name.indexOf('\0');
      headers.add((char) tar[at + 156] + " " + (nul < 0 ? name : name.substring(0, nul)));
    }
    return headers;
  }

  @Test
  void a_small_tar_is_exactly_these_bytes() throws Exception {
    LayerTree tree = tree("f", file(Attributes.of(04755, 1, 2, 3), "x"));
    byte[] expected =
        new TarBytes()
            .member(
                "f",
                '0',
                "x",
                h -> {
                  TarBytes.octal(h, 100, 8, 04755);
                  TarBytes.octal(h, 108, 8, 1);
                  TarBytes.octal(h, 116, 8, 2);
                  TarBytes.octal(h, 136, 12, 3);
                })
            .end();
    assertArrayEquals(expected, Trees.write(tree));
  }

  @Test
  void empty_tree_is_two_zero_blocks() throws Exception {
    assertArrayEquals(new byte[1024], Trees.write(new LayerTree()));
  }

  @Test
  void entries_are_in_byte_order_directories_before_their_contents() throws Exception {
    LayerTree tree =
        tree(
            "d", new Directory(PLAIN),
            "d/z", file(PLAIN, ""),
            "d-", file(PLAIN, ""),
            "\u00ff", file(PLAIN, ""),
            "~", file(PLAIN, ""),
            "implied/f", file(PLAIN, ""));
    assertEquals(
        List.of("5 d/", "0 d/z", "0 d-", "0 implied/f", "0 ~", "0 \u00ff"),
        headers(Trees.write(tree)));
  }

  @Test
  void marks_come_before_the_entries_beside_them() throws Exception {
    LayerTree tree = tree("a", file(PLAIN, ""), "b", new Whiteout(), "d", new Directory(PLAIN));
    ((Directory) tree.root().children().get(ByteString.of("d"))).setOpaque(true);
    assertEquals(List.of("0 .wh.b", "0 a", "5 d/", "0 d/.wh..wh..opq"), headers(Trees.write(tree)));
  }

  @Test
  void root_has_an_entry_where_its_attributes_are_known() throws Exception {
    LayerTree tree = tree("f", file(PLAIN, ""));
    tree.root().setAttributes(Attributes.of(0711, 0, 0, 0));
    assertEquals(List.of("5 ./", "0 f"), headers(Trees.write(tree)));
  }

  @Test
  void first_name_in_order_has_the_content_of_a_hard_link() throws Exception {
    RegularFile shared = file(PLAIN, "");
    assertEquals(
        List.of("0 a", "1 d/b", "1 z"),
        headers(Trees.write(tree("z", shared, "d/b", shared, "a", shared))));
  }

  @Test
  void names_of_up_to_100_bytes_need_no_pax_header_whatever_they_are() throws Exception {
    String name = "\u00ff".repeat(100);
    assertEquals(List.of("0 " + name), headers(Trees.write(tree(name, file(PLAIN, "")))));
    byte[] longer = Trees.write(tree(name + "x", file(PLAIN, "")));
    assertEquals('x', longer[156]);
    assertTrue(new String(longer, UTF_8).contains("21 hdrcharset=BINARY\n"));
  }

  @Test
  void names_no_layer_can_hold_are_refused() {
    LayerException e =
        assertThrows(LayerException.class, () -> Trees.write(tree("d/.wh.x", file(PLAIN, ""))));
    assertTrue(String.valueOf(e.getMessage()).startsWith("write layer: d/.wh.x: "), e.getMessage());
  }

  @Test
  void more_than_a_mebibyte_of_xattrs_is_refused() {
    String[] many = new String[40];
    for (int i = 0; i < many.length; i += 2) {
      many[i] = "user." + i;
      many[i + 1] = "v".repeat(60_000);
    }
    assertThrows(
        LayerException.class,
        () -> Trees.write(tree("f", file(PLAIN.withXattrs(xattrs(many)), ""))));
  }

  /** Everything ustar cannot say, at its borders. */
  static LayerTree awkward() {
    String deep = ("n".repeat(99) + "/").repeat(5);
    RegularFile shared = file(PLAIN.withMtime(1, 1), "shared");
    LayerTree tree =
        tree(
            deep + "file",
            file(PLAIN, "deep"),
            deep + "link",
            new Symlink(PLAIN, ByteString.of("t/".repeat(2000))),
            deep + "hard",
            shared,
            "hard",
            shared,
            "n".repeat(100),
            file(PLAIN, "100"),
            "n".repeat(101),
            file(PLAIN, "101"),
            "d".repeat(99),
            new Directory(PLAIN),
            "d".repeat(100),
            new Directory(PLAIN),
            "d".repeat(255),
            new Directory(PLAIN),
            "caf\u00e9",
            file(PLAIN, "Latin-1"),
            "\u00c3\u00a9".repeat(60),
            file(PLAIN, "UTF-8"),
            "\u00e9".repeat(120),
            file(PLAIN, "long Latin-1"),
            "target",
            new Symlink(PLAIN, latin1("\u00ff".repeat(150))),
            "newline\n",
            file(PLAIN, "\n"),
            "id",
            file(Attributes.of(0, 2097151, 2097151, 0), ""),
            "id+",
            file(Attributes.of(07777, 2097152, -2, 0), ""),
            "old",
            file(PLAIN.withMtime(-1, 999_999_999), ""),
            "older",
            file(PLAIN.withMtime(Integer.MIN_VALUE, 0), ""),
            "octal",
            file(PLAIN.withMtime(077777777777L, 0), ""),
            "far",
            file(PLAIN.withMtime(0100000000000L, 10), ""),
            "xattrs",
            file(
                PLAIN.withXattrs(
                    xattrs("user.a", "\0\u00ff=\n", "user.none", "", "user.b", "v".repeat(970))),
                "x"),
            "null",
            new Special(PLAIN, FileType.CHARACTER_DEVICE, 1, 3),
            "disk",
            new Special(PLAIN, FileType.BLOCK_DEVICE, 4095, 1048575),
            "fifo",
            new Special(PLAIN, FileType.FIFO, 0, 0),
            "gone",
            new Whiteout(),
            "below",
            new LinkBelow(PLAIN, ByteString.of("somewhere/else")),
            "some/where/implied",
            file(PLAIN, "x".repeat(1025)));
    tree.root().setAttributes(Attributes.of(0700, 5, 6, 7));
    return tree;
  }

  @Test
  void reading_the_tar_gives_the_tree_again_and_writing_that_the_tar() throws Exception {
    LayerTree tree = awkward();
    byte[] tar = Trees.write(tree);
    LayerTree again = Trees.changeSet(tar);
    assertEquals(Trees.text(tree), Trees.text(again, tar));
    assertArrayEquals(tar, Trees.write(again, tar));
  }

  @Test
  void records_are_right_at_every_length_of_their_length() throws Exception {
    for (int length = 1; length < 1100; length++) {
      String value = "v".repeat(length);
      LayerTree tree = tree("f", file(PLAIN.withXattrs(xattrs("user.a", value)), ""));
      byte[] tar = Trees.write(tree);
      assertEquals(Trees.text(tree), Trees.text(Trees.changeSet(tar), tar), "length " + length);
    }
  }

  @Test
  void order_of_insertion_does_not_matter() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      names.add("d" + i % 7 + "/" + i);
    }
    byte[] expected = null;
    Random random = new Random(3);
    for (int round = 0; round < 5; round++) {
      Collections.shuffle(names, random);
      LayerTree tree = new LayerTree();
      for (String name : names) {
        tree.put(BytePath.parse(name), file(PLAIN, name));
      }
      byte[] tar = Trees.write(tree);
      expected = expected == null ? tar : expected;
      assertArrayEquals(expected, tar);
    }
  }

  @Test
  void files_with_holes_are_written_whole() throws Exception {
    byte[] tar =
        new TarBytes()
            .pax("GNU.sparse.size", "2000", "GNU.sparse.map", "512,3")
            .file("s", "abc")
            .end();
    byte[] canonical = Trees.write(Trees.whole(tar), tar);
    RegularFile file = (RegularFile) Trees.whole(canonical).root().child(ByteString.of("s"));
    assertEquals(new FileData.Stored(0, 512), file.data());
    assertEquals('a', canonical[512 + 512]);
    assertEquals(512 + 2048 + 1024, canonical.length);
  }

  @Test
  void an_independent_reader_sees_the_same_entries() throws Exception {
    LayerTree tree = awkward();
    byte[] tar = Trees.write(tree);
    int entries = 0;
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(tar), "ISO-8859-1")) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries++;
        check(tree, entry, in.readAllBytes());
      }
    }
    long expected = Trees.text(tree).lines().filter(line -> !line.endsWith(" implied")).count();
    assertEquals(expected, entries);
  }

  private static void check(LayerTree tree, TarArchiveEntry entry, byte[] content) {
    String name = entry.getName();
    if (name.startsWith(".wh.")) {
      assertEquals(0, content.length);
      return;
    }
    // commons-compress reads PAX records as UTF-8, hdrcharset or not
    if (entry.getExtraPaxHeaders().containsKey("hdrcharset")) {
      return;
    }
    Inode inode = tree.lookup(BytePath.parse(latin1(name)));
    inode = inode == null ? tree.lookup(BytePath.parse(name)) : inode; // from a PAX record
    assertTrue(inode != null, name);
    Attributes attributes = inode.attributes();
    assertEquals(attributes.mode(), entry.getMode() & 07777, name);
    assertEquals(Integer.toUnsignedLong(attributes.uid()), entry.getLongUserId(), name);
    assertEquals(Integer.toUnsignedLong(attributes.gid()), entry.getLongGroupId(), name);
    assertEquals(
        Instant.ofEpochSecond(attributes.mtimeSeconds(), attributes.mtimeNanos()),
        entry.getLastModifiedTime().toInstant(),
        name);
    if (inode instanceof Symlink link) {
      assertEquals(link.target().toString(), entry.getLinkName(), name);
    } else if (inode instanceof RegularFile file && !entry.isLink()) {
      assertArrayEquals(Trees.content(file), content, name);
    }
  }
}
