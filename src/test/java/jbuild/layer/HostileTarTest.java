package jbuild.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import jbuild.Allocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tars made to do harm, or just broken: each is refused with its reason, or harmless. */
class HostileTarTest {
  private static TarBytes tar() {
    return new TarBytes();
  }

  private static Arguments attack(String name, byte[] tar, String why) {
    return Arguments.of(name, tar, why);
  }

  @Test
  void a_sparse_map_of_a_whole_extended_header_takes_no_square_of_its_length() throws Exception {
    String record = TarBytes.records("GNU.sparse.offset", "0");
    byte[] header = TarBytes.latin1(record.repeat(TarReader.MAX_EXTENDED / record.length()));
    PaxRecords records = new PaxRecords();
    Allocation.atMost(
        32 << 20,
        () -> {
          try {
            records.parse(header);
          } catch (TarFieldException e) {
            throw new AssertionError(e);
          }
          return records;
        });
    assertTrue(records.text("GNU.sparse.map").startsWith("0,0,0"));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        attack("link without a target", tar().symlink("x", "").end(), "without a target"),
        attack("hard link to nowhere", tar().hardLink("x", "y").end(), "not there"),
        attack("hard link forward", tar().hardLink("x", "y").file("y", "").end(), "not there"),
        attack(
            "hard link to a directory",
            tar().directory("d/").hardLink("x", "d").end(),
            "to the directory d"),
        attack("hard link to the root", tar().hardLink("x", "/").end(), "to the directory"),
        attack(
            "hard link out of the root", tar().hardLink("x", "../etc/shadow").end(), "not there"),
        attack("whiteout of nothing", tar().file(".wh.", "").end(), "names nothing"),
        attack("whiteout of dot", tar().file("a/.wh..", "").end(), "names nothing"),
        attack("below a whiteout", tar().file(".wh.a/b", "").end(), "below the whiteout"),
        attack("file as parent", tar().file("a", "").file("a/b", "").end(), "not a directory"),
        attack(
            "parent by a looping link",
            tar().symlink("a", "b").symlink("b", "a").file("a/x", "").end(),
            "symbolic links"),
        attack(
            "parent by a link to a file",
            tar().file("f", "").symlink("l", "f").file("l/x", "").end(),
            "not a directory"),
        attack("no name", tar().file("", "").end(), "no name"),
        attack("file as root", tar().file("./", "").member(".", '0', "", h -> {}).end(), "root"),
        attack("dot-dot as name", tar().file("a/..", "").end(), "ends in .."),
        attack("NUL in a name", tar().pax("path", "a\0b").file("x", "").end(), "NUL"),
        attack("NUL in a link", tar().pax("linkpath", "a\0b").symlink("x", "y").end(), "NUL"),
        attack("name of 256 bytes", tar().pax("path", "n".repeat(256)).file("x", "").end(), "256"),
        attack(
            "symbolic link of 4096 bytes",
            tar().pax("linkpath", "n".repeat(4096)).symlink("x", "y").end(),
            "4096 bytes"),
        attack(
            "half a million directories in one name",
            tar().pax("path", "a/".repeat(500_000)).directory("x").end(),
            "directories deep"),
        attack("uid of 41 bits", number(108, 8, 1L << 40), "uid out of range"),
        attack("uid -1 in 32 bits", number(108, 8, 0xffff_ffffL), "uid out of range"),
        attack("time beyond PAX records", number(136, 12, 1L << 60), "mtime out of range"),
        attack("least time of 64 bits", number(136, 12, Long.MIN_VALUE), "mtime out of range"),
        attack("negative uid", number(108, 8, -1), "uid out of range"),
        attack("negative gid", number(116, 8, -1), "gid out of range"),
        attack("negative size", number(124, 12, -1), "size out of range"),
        attack("size beyond all disks", number(124, 12, Long.MAX_VALUE), "size out of range"),
        attack(
            "number of 96 bits",
            tar().member("x", '0', "", h -> Arrays.fill(h, 124, 136, (byte) 0xbf)).end(),
            "64 bits"),
        attack("negative PAX size", tar().pax("size", "-5").file("x", "").end(), "not a number"),
        attack(
            "PAX size that overflows",
            tar().pax("size", "99999999999999999999").file("x", "").end(),
            "not a number"),
        attack("time in words", tar().pax("mtime", "today").file("x", "").end(), "not a number"),
        attack("time like a number", tar().pax("mtime", "1.5e9").file("x", "").end(), "a number"),
        attack("mode in letters", field(100, "rw-r--r"), "mode is not an octal number"),
        attack("device beyond Linux", number('3', 329, 8, 4096), "devmajor out of range"),
        attack("record beyond its header", pax("99 path=x\n"), "longer than its header"),
        attack("record of length 0", pax("0 path=x\n"), "malformed"),
        attack("record of length 2^32+9", pax("4294967305 path=x\n"), "longer than its header"),
        attack("record without newline", pax("9 path=x "), "malformed"),
        attack("record without key", pax("5 =x\n"), "no key"),
        attack("record without equals sign", pax("8 pathx\n"), "no key"),
        attack("extended header at the end", tar().pax("path", "x").end(), "has no entry"),
        attack("extended header, then nothing", tar().pax("path", "x").bytes(), "has no entry"),
        attack(
            "extended header of 8 GiB",
            tar().member("x", 'x', "", h -> TarBytes.text(h, 124, "77777777777")).end(),
            "extended header of 8589934591 bytes"),
        attack(
            "extended header of negative size",
            tar().member("x", 'L', "", h -> TarBytes.base256(h, 124, 12, -512)).end(),
            "extended header of -512 bytes"),
        attack("continued volume", tar().member("x", 'M', "", h -> {}).end(), "another volume"),
        attack("wrong checksum", flipped(tar().file("x", "").end(), 0), "checksum"),
        attack("noise", noise(), "checksum"),
        attack("half a header", Arrays.copyOf(tar().file("x", "").end(), 300), "in the middle"),
        attack("half the data", Arrays.copyOf(tar().file("x", "abc").end(), 514), "in the middle"),
        attack(
            "half an extended header",
            Arrays.copyOf(tar().pax("path", "x").file("x", "").end(), 515),
            "in the middle"),
        attack(
            "lone zero block",
            tar().file("x", "").zeroBlock().file("y", "").end(),
            "single zero block"),
        attack("overlapping islands", sparse(4096, 0, 1024, 512, 512), "overlaps"),
        attack("islands in disorder", sparse(4096, 1024, 512, 0, 512), "not in order"),
        attack("island behind the end", sparse(512, 1024, 512), "not in order"),
        attack("island across the end", sparse(700, 512, 512), "beyond the file's end"),
        attack("more islands than data", sparse(1 << 20, 0, 4096), "more data than the entry"),
        attack("missing block of islands", sparseWithMore(), "in the middle"),
        attack("sparse map in words", sparse10("many\n"), "not made of decimal lines"),
        attack(
            "sparse map that never ends",
            sparse10("300\n" + "0\n1\n".repeat(127)),
            "longer than its"),
        attack(
            "sparse map with too many islands",
            sparse10("65537\n" + "0\n0\n".repeat(65537)),
            "65536"),
        attack(
            "odd sparse list",
            tar().pax("GNU.sparse.map", "0,1,2", "GNU.sparse.size", "9").file("x", "a").end(),
            "without a length"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void is_refused_with_its_reason(String name, byte[] tar, String why) {
    LayerException refusal = assertThrows(LayerException.class, () -> Trees.whole(tar), name);
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
    assertThrows(
        LayerException.class,
        () -> Trees.read(tar, LayerTreeBuilder.ofWholeTree(), 7),
        name + ", in small pieces");
  }

  private static Arguments harmless(String name, byte[] tar, String tree) {
    return Arguments.of(name, tar, tree);
  }

  private static final String PLAIN = " REGULAR 644 0:0 0+0 0 \n";
  private static final String IMPLIED = " DIRECTORY 755 0:0 0+0 implied\n";

  static Stream<Arguments> harmless() {
    return Stream.of(
        harmless(
            "absolute name", tar().file("/etc/x", "").end(), "etc" + IMPLIED + "etc/x" + PLAIN),
        harmless("out of the root", tar().file("../../x", "").end(), "x" + PLAIN),
        harmless(
            "out through a link",
            tar().symlink("l", "../../..").file("l/x", "").end(),
            "l SYMLINK 777 0:0 0+0 -> ../../..\nx" + PLAIN),
        harmless(
            "out through an absolute link",
            tar().symlink("l", "/etc").file("l/x", "").end(),
            "etc" + IMPLIED + "etc/x" + PLAIN + "l SYMLINK 777 0:0 0+0 -> /etc\n"),
        harmless(
            "over a link, not through it",
            tar().symlink("l", "/etc/passwd").file("l", "").end(),
            "l" + PLAIN),
        harmless(
            "link loop as data", tar().symlink("a", "a").end(), "a SYMLINK 777 0:0 0+0 -> a\n"),
        harmless("backslashes", tar().file("..\\x", "").end(), "..\\x" + PLAIN),
        harmless("newline in a name", tar().file("a\nb", "").end(), "a\\012b" + PLAIN),
        harmless("escape sequence in a name", tar().file("\033[2J", "").end(), "\\033[2J" + PLAIN),
        harmless("a directory passed through only", tar().file("no/../x", "").end(), "x" + PLAIN),
        harmless("whiteout device of overlayfs", tar().device("x", '3', 0, 0).end(), ""),
        harmless(
            "marks of overlayfs",
            tar()
                .pax(
                    "SCHILY.xattr.trusted.overlay.opaque", "y",
                    "SCHILY.xattr.user.overlay.redirect", "/etc",
                    "SCHILY.xattr.security.selinux", "label")
                .file("x", "")
                .end(),
            "x" + PLAIN),
        harmless(
            "directory of aufs",
            tar().directory(".wh..wh.plnk/").file(".wh..wh.plnk/1.2", "").end(),
            ""),
        harmless(
            "FIFO with a size and no data",
            tar().member("p", '6', "", h -> TarBytes.octal(h, 124, 12, 9)).file("x", "").end(),
            "p FIFO 644 0:0 0+0 0:0\nx" + PLAIN),
        harmless(
            "FIFO with a size and no data at the end",
            tar().member("p", '6', "", h -> TarBytes.octal(h, 124, 12, 9)).end(),
            "p FIFO 644 0:0 0+0 0:0\n"),
        harmless(
            "FIFO with data",
            tar().member("p", '6', "data that is no header", h -> {}).file("x", "").end(),
            "p FIFO 644 0:0 0+0 0:0\nx" + PLAIN),
        harmless("socket", tar().member("s", 's', "", h -> {}).end(), ""),
        harmless("volume label", tar().member("v", 'V', "", h -> {}).end(), ""),
        harmless("unknown type", tar().member("x", 'Q', "", h -> {}).end(), "x" + PLAIN),
        harmless("garbage after the end", tar().raw(new byte[1024]).raw(noise()).bytes(), ""),
        harmless("nothing at all", new byte[0], ""),
        harmless("one zero block", new byte[512], ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("harmless")
  void stays_inside_the_tree(String name, byte[] tar, String expected) throws Exception {
    String text = Trees.text(Trees.whole(tar), tar);
    assertEquals("/" + IMPLIED + expected, text, name);
  }

  @Test
  void message_says_which_archive_where_and_why() {
    LayerException refusal =
        assertThrows(
            LayerException.class,
            () -> Trees.whole(tar().file("a", "x").hardLink("b", "none").end()));
    assertEquals(
        "read tar: test.tar at offset 1024: b: hard link to none, which is not there (yet)",
        refusal.getMessage());
  }

  @Test
  void what_is_left_out_is_said() throws Exception {
    LayerTree tree =
        Trees.whole(
            tar()
                .device("node", '3', 0, 0)
                .pax("SCHILY.xattr.trusted.overlay.opaque", "y", "SCHILY.acl.access", "u::rwx")
                .file("x", "")
                .end());
    assertEquals(
        "[node: left out, device 0:0 is overlayfs' whiteout,"
            + " x: left out, access control lists in text form,"
            + " x: extended attribute left out: trusted.overlay.opaque]",
        tree.notes().toString());
  }

  @Test
  void escape_sequences_do_not_reach_the_terminal() {
    LayerException refusal =
        assertThrows(
            LayerException.class,
            () -> Trees.whole(tar().hardLink("\033[2J", "\033]0;title").end()));
    assertFalse(String.valueOf(refusal.getMessage()).contains("\033"), refusal.getMessage());
  }

  /** Any damage gives a tree or a LayerException, never another exception, never a hang. */
  @Test
  void random_damage_is_survived() {
    byte[] good =
        tar()
            .directory("d/")
            .pax("path", "d/f", "mtime", "1.5", "SCHILY.xattr.user.a", "b")
            .file("x", "content")
            .hardLink("d/g", "d/f")
            .symlink("l", "d")
            .file("l/.wh.z", "")
            .raw(sparse(8192, 0, 512, 4096, 512))
            .end();
    Random random = new Random(1);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(bad.length);
        bad[at] = (byte) random.nextInt(256);
        if (random.nextBoolean()) {
          int header = at & ~511;
          TarBytes.sum(bad, header);
        }
      }
      try {
        Trees.changeSet(bad);
      } catch (LayerException refusal) {
        refused++;
      }
    }
    assertTrue(refused > 1000 && refused < 19_000, refused + " refused");
  }

  private static byte[] number(int at, int length, long value) {
    return number('0', at, length, value);
  }

  private static byte[] number(char type, int at, int length, long value) {
    return tar().member("x", type, "", h -> TarBytes.base256(h, at, length, value)).end();
  }

  private static byte[] field(int at, String text) {
    return tar().member("x", '0', "", h -> TarBytes.text(h, at, text)).end();
  }

  private static byte[] pax(String body) {
    return tar().paxOf('x', body).file("x", "").end();
  }

  private static byte[] flipped(byte[] tar, int at) {
    tar[at] ^= 1;
    return tar;
  }

  private static byte[] noise() {
    byte[] noise = new byte[1600];
    new Random(5).nextBytes(noise);
    return noise;
  }

  /** A GNU sparse member with up to four islands, and one block of data for each 512 bytes. */
  private static byte[] sparse(long realSize, long... islands) {
    int packed = Math.min(1024, 512 * islands.length / 2);
    return tar()
        .member(
            "sparse",
            'S',
            "x".repeat(packed),
            h -> {
              TarBytes.text(h, 257, "ustar  \0");
              TarBytes.octal(h, 483, 12, realSize);
              for (int i = 0; i < islands.length; i++) {
                TarBytes.octal(h, 386 + 12 * i, 12, islands[i]);
              }
            })
        .bytes();
  }

  private static byte[] sparseWithMore() {
    byte[] header = sparse(4096, 0, 512);
    header[482] = 1;
    TarBytes.sum(header, 0);
    return Arrays.copyOf(header, 512);
  }

  private static byte[] sparse10(String map) {
    assertTrue(US_ASCII.newEncoder().canEncode(map));
    return tar()
        .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "1000")
        .file("x", map)
        .end();
  }
}
