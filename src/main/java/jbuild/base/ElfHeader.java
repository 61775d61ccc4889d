package jbuild.base;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/**
 * The ELF header (elf(5), {@code Elf64_Ehdr}): 64 bytes at the start of the file, 52 in 32-bit
 * files.
 *
 * @param wide whether addresses and offsets have 64 bits
 * @param machine {@code e_machine}
 * @param programHeaders position of the program header table
 * @param programHeaderSize size of each of its entries
 * @param programHeaderCount how many there are
 */
record ElfHeader(
    boolean wide,
    boolean bigEndian,
    int machine,
    long programHeaders,
    int programHeaderSize,
    int programHeaderCount) {
  private static final int MAGIC = 0x464c457f; // "\177ELF", little-endian
  private static final int IDENT_SIZE = 16;

  /**
   * More than the largest programs have by two orders of magnitude; keeps the table below 64 KiB.
   */
  private static final int MOST_PROGRAM_HEADERS = 1024;

  /** Reads the header; null when the file is no ELF file at all. */
  static @Nullable ElfHeader read(String label, ByteSource file) throws IOException {
    if (file.size() < IDENT_SIZE) {
      return null;
    }
    ByteReader ident = ByteReader.of(label + ": elf identification", file, 0, IDENT_SIZE);
    if (ident.s32("magic") != MAGIC) {
      return null;
    }
    int elfClass = ident.u8("class");
    int data = ident.u8("data encoding");
    if (elfClass < 1 || elfClass > 2 || data < 1 || data > 2) {
      throw ident.corrupt("class " + elfClass + ", data encoding " + data + " unknown");
    }
    boolean wide = elfClass == 2;
    ByteReader header =
        reader(label + ": elf header", file, IDENT_SIZE, (wide ? 64 : 52) - IDENT_SIZE, data == 2);
    header.u16("type");
    int machine = header.u16("machine");
    header.skip("version", 4);
    header.skip("entry", wide ? 8 : 4);
    long programHeaders = word(header, wide, "program header offset");
    header.skip("section header offset", wide ? 8 : 4);
    header.skip("flags, header size", 6);
    int size = header.u16("program header size");
    int count = header.u16("program header count", 0, MOST_PROGRAM_HEADERS);
    if (count > 0 && size < ElfSegment.size(wide)) {
      throw header.corrupt("program header size is " + size);
    }
    return new ElfHeader(wide, data == 2, machine, programHeaders, size, count);
  }

  /** The architecture in OCI's (Go's) words; {@code unknown-N} where it has none. */
  static String architecture(int machine, boolean wide) {
    return switch (machine) {
      case 3 -> "386";
      case 20 -> "ppc";
      case 21 -> "ppc64le";
      case 22 -> "s390x";
      case 40 -> "arm";
      case 62 -> "amd64";
      case 183 -> "arm64";
      case 243 -> wide ? "riscv64" : "riscv";
      case 258 -> "loong64";
      default -> "unknown-" + machine;
    };
  }

  /** A reader in the file's byte order. */
  static ByteReader reader(
      String label, ByteSource file, long offset, int length, boolean bigEndian)
      throws IOException {
    ByteReader reader = ByteReader.of(label, file, offset, length);
    return bigEndian ? reader.bigEndian() : reader;
  }

  /** An address, offset or size. */
  static long word(ByteReader reader, boolean wide, String field) throws CorruptInputException {
    return wide ? reader.u64(field, 0, Long.MAX_VALUE) : reader.u32(field);
  }
}
