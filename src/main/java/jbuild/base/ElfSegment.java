package jbuild.base;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;

/**
 * One program header (elf(5), {@code Elf64_Phdr} and {@code Elf32_Phdr}).
 *
 * @param type {@code PT_LOAD} and so on
 * @param offset position of the segment in the file
 * @param address where it is in memory
 * @param fileSize its size in the file
 */
record ElfSegment(long type, long offset, long address, long fileSize) {
  static final long LOAD = 1;
  static final long DYNAMIC = 2;
  static final long INTERPRETER = 3;

  /** The size the format gives an entry; files may have larger ones. */
  static int size(boolean wide) {
    return wide ? 56 : 32;
  }

  static List<ElfSegment> readAll(String label, ByteSource file, ElfHeader header)
      throws IOException {
    List<ElfSegment> segments = new ArrayList<>(header.programHeaderCount());
    int size = header.programHeaderSize();
    ByteReader table =
        ElfHeader.reader(
            label + ": program headers",
            file,
            header.programHeaders(),
            size * header.programHeaderCount(),
            header.bigEndian());
    for (int i = 0; i < header.programHeaderCount(); i++) {
      table.seek(i * size);
      segments.add(read(table, header.wide()));
    }
    return segments;
  }

  private static ElfSegment read(ByteReader table, boolean wide) throws IOException {
    long type = table.u32("segment type");
    if (wide) {
      table.skip("segment flags", 4); // in 32-bit files they come later
    }
    long offset = ElfHeader.word(table, wide, "segment offset");
    long address = wide ? table.s64("segment address") : table.u32("segment address");
    table.skip("physical address", wide ? 8 : 4);
    long fileSize = ElfHeader.word(table, wide, "segment file size");
    return new ElfSegment(type, offset, address, fileSize);
  }

  /** Whether the byte at {@code wanted} in memory comes from the file; addresses are unsigned. */
  boolean holds(long wanted) {
    return type == LOAD && Long.compareUnsigned(wanted - address, fileSize) < 0;
  }
}
