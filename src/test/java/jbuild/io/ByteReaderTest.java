package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ByteReaderTest {
  private static ByteReader reader(String hex) {
    return ByteReader.of("x.img: table", ByteBuffer.wrap(HexFormat.of().parseHex(hex)), 0x1000);
  }

  @Test
  void reads_fields_in_little_endian_order() throws IOException {
    ByteReader in = reader("01" + "0203" + "ffffffff" + "0100000000000000" + "6162");
    assertEquals(1, in.u8("a"));
    assertEquals(0x0302, in.u16("b"));
    assertEquals(0xffff_ffffL, in.u32("c"));
    assertEquals(1, in.u64("d", 0, Long.MAX_VALUE));
    assertEquals(ByteString.of("ab"), in.string("e", 2));
    assertEquals(0, in.remaining());
  }

  @Test
  void reads_big_endian_when_asked() throws IOException {
    assertEquals(0x0102, reader("0102").bigEndian().u16("a"));
  }

  @Test
  void names_input_position_and_field_when_a_field_is_cut_off() throws IOException {
    ByteReader in = reader("010203");
    in.u16("first");
    CorruptInputException e =
        assertThrows(CorruptInputException.class, () -> in.u32("inode count"));
    assertEquals("x.img: table @0x1002: inode count needs 4 bytes, 1 are left", e.getMessage());
  }

  @Test
  void refuses_lengths_before_allocating() {
    assertThrows(CorruptInputException.class, () -> reader("00").bytes("name", Integer.MAX_VALUE));
    assertThrows(CorruptInputException.class, () -> reader("00").bytes("name", -1));
  }

  @Test
  void refuses_values_out_of_range_at_the_start_of_their_field() {
    CorruptInputException e =
        assertThrows(
            CorruptInputException.class, () -> reader("ff000000").u32("block size", 512, 4096));
    assertEquals("x.img: table @0x1000: block size is 255, not in 512 to 4096", e.getMessage());
  }

  @Test
  void refuses_64_bit_values_that_a_long_cannot_hold() {
    CorruptInputException e =
        assertThrows(
            CorruptInputException.class,
            () -> reader("ffffffffffffffff").u64("size", 0, Long.MAX_VALUE));
    assertEquals(true, e.getMessage().contains("18446744073709551615"));
  }

  @Test
  void tells_a_wrong_magic_number() {
    CorruptInputException e =
        assertThrows(CorruptInputException.class, () -> reader("01020304").expect(0x1, "magic"));
    assertEquals("x.img: table @0x1000: magic is 0x4030201, not 0x1", e.getMessage());
  }

  @Test
  void a_slice_cannot_be_left_and_keeps_the_position_in_the_file() throws IOException {
    ByteReader in = reader("00010203ff");
    in.skip("pad", 1);
    ByteReader slice = in.slice("entry 7", 3);
    assertArrayEquals(new byte[] {1, 2, 3}, slice.bytes("body", 3));
    CorruptInputException e = assertThrows(CorruptInputException.class, () -> slice.u8("more"));
    assertEquals("x.img: table: entry 7 @0x1004: more needs 1 bytes, 0 are left", e.getMessage());
    assertEquals(0xff, in.u8("after"));
  }

  @Test
  void a_source_is_not_read_beyond_its_end() {
    ByteSource source = ByteSource.of(ByteBuffer.allocate(16));
    assertThrows(CorruptInputException.class, () -> ByteReader.of("x", source, 8, 9));
    assertThrows(CorruptInputException.class, () -> ByteReader.of("x", source, -1, 4));
    assertThrows(CorruptInputException.class, () -> ByteReader.of("x", source, Long.MAX_VALUE, 4));
  }
}
