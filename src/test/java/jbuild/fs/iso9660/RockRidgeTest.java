package jbuild.fs.iso9660;

import static jbuild.fs.iso9660.TestIso.ascii;
import static jbuild.fs.iso9660.TestIso.both;
import static jbuild.fs.iso9660.TestIso.bytes;
import static jbuild.fs.iso9660.TestIso.entry;
import static jbuild.fs.iso9660.TestIso.find;
import static jbuild.fs.iso9660.TestIso.name;
import static jbuild.fs.iso9660.TestIso.px;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import jbuild.fs.Inode;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Single entries of the system use area and what they come to. */
class RockRidgeTest {
  private static Inode with(int mode, byte[]... entries) throws IOException {
    byte[] all = TestIso.entries(entries);
    return find(
        new TestIso(30).file("X", 25, 0, entry("PX", px(mode, 1, 0, 0)), name("x"), all).open(),
        "x");
  }

  static Stream<Arguments> links() {
    return Stream.of(
        arguments("a", new int[][] {{0, 0, 1, 'a'}}),
        arguments("a/bc", new int[][] {{0, 0, 1, 'a', 0, 2, 'b', 'c'}}),
        arguments("/a", new int[][] {{0, 8, 0, 0, 1, 'a'}}),
        arguments("/", new int[][] {{0, 8, 0}}),
        arguments("/v", new int[][] {{0, 16, 0, 0, 1, 'v'}}),
        arguments("./../x", new int[][] {{0, 2, 0, 4, 0, 0, 1, 'x'}}),
        arguments("dir/", new int[][] {{0, 0, 3, 'd', 'i', 'r', 0, 0}}),
        arguments("abc", new int[][] {{0, 1, 2, 'a', 'b', 0, 1, 'c'}}),
        arguments("abc/d", new int[][] {{1, 1, 1, 'a'}, {0, 0, 2, 'b', 'c', 0, 1, 'd'}}),
        arguments("a/b", new int[][] {{1, 0, 1, 'a'}, {0, 0, 1, 'b'}}));
  }

  @ParameterizedTest
  @MethodSource("links")
  void components_make_the_target_of_a_link(String target, int[][] entries) throws IOException {
    byte[][] sl = new byte[entries.length][];
    for (int i = 0; i < sl.length; i++) {
      sl[i] = entry("SL", bytes(entries[i]));
    }
    Inode link = with(0120777, sl);
    assertEquals(target, link.linkTarget().toString());
    assertEquals(target.length(), link.size());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x103, 1, 3", // the low half alone
    "0, 0x11170, 0x111, 0x70",
    "0, 0x11110370, 0x103, 0x11170", // a minor of more than 8 bits, as glibc packs it
    "8, 1, 8, 1", // a half each
    "259, 70000, 259, 70000",
    "0, 5, 0, 5"
  })
  void devices_are_in_one_half_or_in_both(String high, String low, String major, String minor)
      throws IOException {
    byte[] pn = entry("PN", both(Integer.decode(high)), both(Integer.decode(low)));
    Inode device = with(0020600, pn);
    assertEquals(Integer.decode(major), device.deviceMajor());
    assertEquals(Integer.decode(minor), device.deviceMinor());
  }

  @Test
  void the_modification_time_is_the_second_of_those_that_are_there() throws IOException {
    byte[] created = bytes(100, 1, 1, 0, 0, 0, 0);
    byte[] modified = bytes(70, 1, 1, 1, 0, 5, 4); // 01:00:05 at one hour east of Greenwich
    assertEquals(5, with(0100644, entry("TF", bytes(3), created, modified)).mtimeSeconds());
    assertEquals(5, with(0100644, entry("TF", bytes(2), modified)).mtimeSeconds());
    long recorded = 981169506; // what the directory record says
    assertEquals(recorded, with(0100644, entry("TF", bytes(1), created)).mtimeSeconds());
  }

  @Test
  void long_times_have_hundredths_of_a_second() throws IOException {
    byte[] time = TestIso.entries(ascii("1969123123595950"), bytes(0));
    Inode file = with(0100644, entry("TF", bytes(0x82), time));
    assertEquals(-1, file.mtimeSeconds());
    assertEquals(500_000_000, file.mtimeNanos());
  }

  @ParameterizedTest
  @CsvSource({"0,0,0,0,0,0,0", "101,13,1,0,0,0,0", "101,2,0,0,0,0,0", "101,2,3,24,0,0,0"})
  void a_time_that_does_not_exist_is_1970(
      int year, int month, int day, int hour, int minute, int second, int zone) throws IOException {
    byte[] time = bytes(year, month, day, hour, minute, second, zone);
    assertEquals(0, with(0100644, entry("TF", bytes(2), time)).mtimeSeconds());
  }

  @Test
  void attributes_of_all_namespaces_come_back_but_those_of_xorriso_itself() throws IOException {
    Inode file =
        with(
            0100644,
            al(1, 0, 2, 3, 'a', 0, 1, 'v', 0, 2, 4, 'x', 0, 1, 'y'),
            al(1, 0, 2, 6, 'b', 1, 2, 'v', 'w', 0, 3, 'x'), // goes on in the middle of its value
            al(0, 'y', 'z', 0, 2, 5, 't', 0, 0, 0, 3, 1, 2, 'e', 0, 1, 1));
    assertEquals(
        Map.of("user.a", "76", "security.b", "767778797a", "trusted.t", "", "\\002e", "01"),
        hex(file.xattrs()));
  }

  @Test
  void acls_are_sorted_and_in_the_form_of_linux() throws IOException {
    // other, a user of number 258, group, owner, mask; then the default ACL
    byte[] acl =
        al(
            0, 0, 0, 0, 18, 0x64, 0xae, 2, 1, 2, 0x35, 0x17, 0x57, 0x81, 0x17, 0x35, 0xaf, 0x81, 1,
            1, 5, 0x57, 0x64);
    String access =
        "02000000"
            + "01000700ffffffff"
            + "0200060002010000"
            + "04000500ffffffff"
            + "10000700ffffffff"
            + "20000400ffffffff";
    assertEquals(Map.of("system.posix_acl_access", access), hex(with(0100674, acl).xattrs()));
    Iso9660Reader reader =
        new TestIso(30)
            .directory("D", 25, entry("PX", px(040774, 2, 0, 0)), name("d"), acl)
            .directoryAt(25)
            .open();
    String defaults =
        "02000000"
            + "01000700ffffffff"
            + "0200070005010000"
            + "04000500ffffffff"
            + "10000700ffffffff"
            + "20000400ffffffff";
    assertEquals(
        Map.of("system.posix_acl_access", access, "system.posix_acl_default", defaults),
        hex(find(reader, "d").xattrs()));
  }

  @Test
  void an_acl_that_says_no_more_than_the_mode_is_none() throws IOException {
    assertEquals(Map.of(), hex(with(0100644, al(0, 0, 0, 0, 3, 0x16, 0x34, 0x64)).xattrs()));
  }

  private static byte[] al(int... fields) {
    return entry("AL", bytes(fields));
  }

  private static Map<String, String> hex(SortedMap<ByteString, byte[]> xattrs) {
    Map<String, String> hex = new TreeMap<>();
    xattrs.forEach((name, value) -> hex.put(name.toString(), HexFormat.of().formatHex(value)));
    return hex;
  }
}
