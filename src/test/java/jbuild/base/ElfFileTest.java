package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;

class ElfFileTest {
  private static ElfFile read(byte[] bytes) throws IOException {
    return ElfFile.read("x", ByteSource.of(ByteBuffer.wrap(bytes)));
  }

  private static byte[] library() {
    return ElfFixture.amd64()
        .interpreter("/lib64/ld.so")
        .needed("liba.so.1", "libb.so.2")
        .soname("libx.so")
        .runpath("$ORIGIN/../lib::/opt/lib")
        .noDefaultLibraries()
        .bytes();
  }

  @Test
  void reads_what_the_loader_needs() throws IOException {
    ElfFile elf = read(library());
    assertEquals(ByteString.of("/lib64/ld.so"), elf.interpreter());
    assertEquals(List.of(ByteString.of("liba.so.1"), ByteString.of("libb.so.2")), elf.needed());
    assertEquals(ByteString.of("libx.so"), elf.soname());
    assertEquals(
        List.of(ByteString.of("$ORIGIN/../lib"), ByteString.of("/opt/lib")), elf.runpath());
    assertTrue(elf.noDefaultLibraries());
    assertEquals("amd64", elf.architecture());
  }

  @Test
  void runpath_makes_rpath_void() throws IOException {
    assertEquals(
        List.of(ByteString.of("/r")), read(ElfFixture.amd64().rpath("/r").bytes()).rpath());
    assertEquals(List.of(), read(ElfFixture.amd64().rpath("/r").runpath("/s").bytes()).rpath());
  }

  @Test
  void reads_32_bit_and_big_endian_files() throws IOException {
    ElfFile narrow =
        read(new ElfFixture(false, ElfFixture.I386, ByteOrder.LITTLE_ENDIAN).needed("a").bytes());
    assertEquals(List.of(ByteString.of("a")), narrow.needed());
    assertEquals("386", narrow.architecture());
    ElfFile big = read(new ElfFixture(true, 22, ByteOrder.BIG_ENDIAN).needed("b").bytes());
    assertEquals(List.of(ByteString.of("b")), big.needed());
    assertEquals("s390x", big.architecture());
  }

  @Test
  void other_files_are_no_elf_files() throws IOException {
    assertNull(read(new byte[0]));
    assertNull(
        read(
            "#!/bin/sh\necho hello, this is long enough\n"
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
  }

  @Test
  void a_static_program_needs_nothing() throws IOException {
    ElfFile elf = read(ElfFixture.amd64().bytes());
    assertNull(elf.interpreter());
    assertEquals(List.of(), elf.needed());
  }

  @Test
  void a_file_cut_short_anywhere_is_refused() throws IOException {
    byte[] whole = library();
    for (int length = 16; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThrows(CorruptInputException.class, () -> read(cut));
    }
  }

  @Test
  void errors_name_file_structure_and_offset() {
    byte[] bytes = library();
    bytes[56] = 0; // e_phnum, low byte
    bytes[57] = 16;
    CorruptInputException e = assertThrows(CorruptInputException.class, () -> read(bytes));
    assertEquals(
        "x: elf header @0x38: program header count is 4096, not in 0 to 1024", e.getMessage());
  }

  @Test
  void a_string_table_outside_of_every_segment_is_refused() {
    byte[] bytes = library();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(64 + 16, 0x1000); // PT_LOAD
    CorruptInputException e = assertThrows(CorruptInputException.class, () -> read(bytes));
    assertTrue(e.getMessage().contains("is in no segment"), e.getMessage());
  }

  @Test
  void damaged_files_give_corrupt_input_or_something_else_but_never_a_crash() throws IOException {
    byte[] whole = library();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        damaged[random.nextInt(whole.length)] = (byte) random.nextInt(256);
      }
      try {
        ElfFile elf = read(damaged);
        if (elf != null) {
          assertNotNull(elf.needed());
        }
      } catch (CorruptInputException expected) {
        assertTrue(expected.getMessage().startsWith("x"), expected.getMessage());
      }
    }
  }
}
