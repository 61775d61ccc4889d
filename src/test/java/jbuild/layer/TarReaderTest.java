package jbuild.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jbuild.io.BytePath;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;

class TarReaderTest {
  private static Inode only(TarBytes tar, String path) throws LayerException {
    Inode inode = Trees.whole(tar.end()).lookup(BytePath.parse(path));
    assertTrue(inode != null, path);
    return inode;
  }

  private static String attributes(TarBytes tar, String path) throws LayerException {
    return Trees.attributes(only(tar, path).attributes());
  }

  @Test
  void pieces_of_any_size_give_the_same_tree() throws Exception {
    byte[] tar =
        new TarBytes()
            .directory("d/")
            .pax("mtime", "12.5", "path", "d/" + "n".repeat(200))
            .file("x", "content of more than a block".repeat(40))
            .pax("GNU.sparse.major", "1", "GNU.sparse.realsize", "5000", "GNU.sparse.name", "s")
            .file("x", "1\n512\n3\n" + "\0".repeat(504) + "abc")
            .symlink("l", "d")
            .end();
    String whole = Trees.text(Trees.whole(tar), tar);
    for (int step : new int[] {1, 3, 511, 512, 513, 1024}) {
      LayerTree tree = Trees.read(tar, LayerTreeBuilder.ofWholeTree(), step);
      assertEquals(whole, Trees.text(tree, tar), "pieces of " + step);
    }
  }

  @Test
  void names_are_the_bytes_they_are() throws Exception {
    Directory root =
        Trees.whole(
                new TarBytes()
                    .file("caf\u00e9", "")
                    .pax("path", "\u00ff\u00fe")
                    .file("x", "")
                    .end())
            .root();
    assertEquals("[caf\\351, \\377\\376]", root.children().keySet().toString());
  }

  @Test
  void ustar_prefix_is_a_part_of_the_name() throws Exception {
    TarBytes tar = new TarBytes().member("f", '0', "", h -> TarBytes.text(h, 345, "a/b"));
    only(tar, "a/b/f");
  }

  @Test
  void gnu_header_has_times_where_ustar_has_the_prefix() throws Exception {
    TarBytes tar =
        new TarBytes()
            .member(
                "f",
                '0',
                "",
                h -> {
                  TarBytes.text(h, 257, "ustar  \0");
                  TarBytes.text(h, 345, "14123456701");
                });
    only(tar, "f");
  }

  @Test
  void v7_header_has_no_prefix_and_no_type_for_directories() throws Exception {
    TarBytes tar =
        new TarBytes()
            .member("d/", '\0', "", h -> TarBytes.text(h, 257, "\0".repeat(8)))
            .member("d/f", '\0', "x", h -> TarBytes.text(h, 257, "\0".repeat(8)));
    assertTrue(only(tar, "d") instanceof Directory);
    assertEquals(1, only(tar, "d/f").size());
  }

  @Test
  void gnu_long_names_and_links_end_at_their_nul() throws Exception {
    String name = "n".repeat(150);
    TarBytes tar =
        new TarBytes()
            .paxOf('L', name + "\0")
            .paxOf('K', "t".repeat(200) + "\0")
            .symlink("short", "short");
    assertEquals(200, only(tar, name).size());
  }

  @Test
  void pax_wins_over_gnu_names_and_over_the_header() throws Exception {
    TarBytes tar = new TarBytes().paxOf('L', "gnu\0").pax("path", "pax").file("plain", "");
    only(tar, "pax");
  }

  @Test
  void solaris_extended_headers_are_pax_headers() throws Exception {
    TarBytes tar = new TarBytes().paxOf('X', TarBytes.records("path", "pax")).file("plain", "");
    only(tar, "pax");
  }

  @Test
  void global_records_hold_until_an_own_record_or_an_empty_one() throws Exception {
    TarBytes tar =
        new TarBytes()
            .paxOf('g', TarBytes.records("mtime", "1000", "uid", "7"))
            .file("a", "")
            .pax("mtime", "2000")
            .file("b", "")
            .pax("mtime", "")
            .file("c", "");
    assertEquals("644 7:0 1000+0", attributes(tar, "a"));
    assertEquals("644 7:0 2000+0", attributes(tar, "b"));
    assertEquals("644 7:0 0+0", attributes(tar, "c"));
  }

  @Test
  void global_records_may_not_add_up_to_what_no_archive_has() {
    TarBytes tar = new TarBytes();
    for (int i = 0; i < 3; i++) {
      tar.paxOf('g', TarBytes.records("comment" + i, "c".repeat(6000))).file("f" + i, "");
    }
    LayerException refused = assertThrows(LayerException.class, () -> Trees.whole(tar.end()));
    assertTrue(refused.getMessage().contains("bytes of global headers"), refused.getMessage());
  }

  @Test
  void a_real_size_without_a_map_of_islands_says_nothing() throws Exception {
    for (String key : new String[] {"GNU.sparse.size", "GNU.sparse.realsize"}) {
      byte[] tar = new TarBytes().pax(key, "100000").file("a", "abc").end();
      assertTrue(Trees.text(Trees.whole(tar), tar).contains(" 3 abc"));
    }
  }

  @Test
  void ids_may_be_base_256_or_pax_numbers() throws Exception {
    TarBytes tar =
        new TarBytes()
            .member("a", '0', "", h -> TarBytes.base256(h, 108, 8, 4_000_000_000L))
            .pax("uid", "4294967294", "gid", "3000000000")
            .file("b", "");
    assertEquals("644 4000000000:0 0+0", attributes(tar, "a"));
    assertEquals("644 4294967294:3000000000 0+0", attributes(tar, "b"));
  }

  @Test
  void times_keep_their_nanoseconds_also_before_1970() throws Exception {
    String[] times = {"1.5", "-1.25", "-0.5", "0.1234567899", "-3", "7.", "1600000000.123456789a"};
    String[] seen = {
      "1+500000000",
      "-2+750000000",
      "-1+500000000",
      "0+123456789",
      "-3+0",
      "7+0",
      "1600000000+123456789"
    };
    for (int i = 0; i < times.length; i++) {
      TarBytes tar = new TarBytes().pax("mtime", times[i]).file("f", "");
      assertEquals("644 0:0 " + seen[i], attributes(tar, "f"), times[i]);
    }
  }

  @Test
  void mode_loses_the_file_type_and_keeps_set_id_and_sticky() throws Exception {
    TarBytes tar = new TarBytes().member("f", '0', "", h -> TarBytes.octal(h, 100, 8, 0107755));
    assertEquals("7755 0:0 0+0", attributes(tar, "f"));
  }

  @Test
  void checksum_of_signed_bytes_is_accepted() throws Exception {
    byte[] tar = new TarBytes().file("\u00e9", "").bytes();
    int unsigned = Integer.parseInt(new String(tar, 148, 6, US_ASCII), 8);
    TarBytes.octal(tar, 148, 7, unsigned - 256);
    assertEquals(1, Trees.whole(tar).root().children().size());
  }

  @Test
  void xattrs_are_raw_or_libarchives_base64_and_may_be_empty() throws Exception {
    TarBytes tar =
        new TarBytes()
            .pax(
                "SCHILY.xattr.user.raw", "a\n=\u00ff",
                "SCHILY.xattr.user.none", "",
                "LIBARCHIVE.xattr.user.base%2064", "aGVsbG8",
                "LIBARCHIVE.xattr.user.raw", "aGVsbG8")
            .file("f", "");
    var xattrs = only(tar, "f").attributes().xattrs();
    assertEquals("[user.base 64, user.none, user.raw]", xattrs.keySet().toString());
    assertArrayEquals(TarBytes.latin1("a\n=\u00ff"), xattrs.get(ByteString.of("user.raw")));
    assertArrayEquals(TarBytes.latin1("hello"), xattrs.get(ByteString.of("user.base 64")));
    assertArrayEquals(new byte[0], xattrs.get(ByteString.of("user.none")));
  }

  @Test
  void hard_link_may_carry_the_data_again() throws Exception {
    byte[] tar =
        new TarBytes()
            .file("a", "data")
            .member("b", '1', "data", h -> TarBytes.text(h, 157, "a"))
            .file("c", "")
            .end();
    LayerTree tree = Trees.whole(tar);
    assertEquals(tree.lookup(BytePath.parse("a")), tree.lookup(BytePath.parse("b")));
    assertEquals(3, tree.root().children().size());
  }

  @Test
  void sparse_forms_of_gnu_and_pax_give_the_same_islands() throws Exception {
    byte[] gnu =
        new TarBytes()
            .member(
                "s",
                'S',
                "a".repeat(512) + "bcd",
                h -> {
                  TarBytes.octal(h, 386, 12, 512);
                  TarBytes.octal(h, 398, 12, 512);
                  TarBytes.octal(h, 410, 12, 4096);
                  TarBytes.octal(h, 422, 12, 3);
                  TarBytes.octal(h, 483, 12, 4099);
                })
            .end();
    byte[] pax00 =
        new TarBytes()
            .pax(
                "GNU.sparse.size", "4099",
                "GNU.sparse.numblocks", "2",
                "GNU.sparse.offset", "512",
                "GNU.sparse.numbytes", "512",
                "GNU.sparse.offset", "4096",
                "GNU.sparse.numbytes", "3")
            .file("s", "a".repeat(512) + "bcd")
            .end();
    byte[] pax01 =
        new TarBytes()
            .pax(
                "GNU.sparse.size", "4099",
                "GNU.sparse.name", "s",
                "GNU.sparse.map", "512,512,4096,3")
            .file("GNUSparseFile.0/s", "a".repeat(512) + "bcd")
            .end();
    String map = "2\n512\n512\n4096\n3\n";
    byte[] pax10 =
        new TarBytes()
            .pax(
                "GNU.sparse.major", "1",
                "GNU.sparse.minor", "0",
                "GNU.sparse.name", "s",
                "GNU.sparse.realsize", "4099")
            .file(
                "GNUSparseFile.0/s",
                map + "\0".repeat(512 - map.length()) + "a".repeat(512) + "bcd")
            .end();
    String expected = Trees.text(Trees.whole(gnu), gnu);
    assertTrue(expected.contains(" 4099 crc "), expected);
    assertEquals(expected, Trees.text(Trees.whole(pax00), pax00));
    assertEquals(expected, Trees.text(Trees.whole(pax01), pax01));
    assertEquals(expected, Trees.text(Trees.whole(pax10), pax10));
  }

  @Test
  void sparse_file_without_holes_is_stored_in_one_run() throws Exception {
    TarBytes tar =
        new TarBytes()
            .pax("GNU.sparse.size", "1024", "GNU.sparse.map", "0,512,512,512")
            .file("s", "a".repeat(1024));
    RegularFile file = (RegularFile) only(tar, "s");
    assertEquals(new FileData.Stored(0, 1536), file.data());
  }

  @Test
  void offsets_are_those_of_the_archive() throws Exception {
    TarBytes tar = new TarBytes().file("a", "x").pax("uid", "1").file("b", "y");
    assertEquals(new FileData.Stored(0, 512), ((RegularFile) only(tar, "a")).data());
  }
}
