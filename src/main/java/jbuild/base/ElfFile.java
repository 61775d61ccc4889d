package jbuild.base;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/**
 * What the loader wants to know of a program or library: elf(5), ld.so(8).
 *
 * @param wide whether it is a 64-bit file
 * @param machine {@code e_machine}
 * @param interpreter the loader's path ({@code PT_INTERP}); libraries and static programs have none
 * @param needed names of the libraries it needs ({@code DT_NEEDED}), in order
 * @param soname its own name as a library
 * @param rpath {@code DT_RPATH}, split at the colons; empty when there is a {@code DT_RUNPATH}
 * @param runpath {@code DT_RUNPATH}, split at the colons; null when there is none
 * @param noDefaultLibraries {@code DF_1_NODEFLIB}: neither the cache nor the default directories
 */
record ElfFile(
    boolean wide,
    int machine,
    @Nullable ByteString interpreter,
    List<ByteString> needed,
    @Nullable ByteString soname,
    List<ByteString> rpath,
    @Nullable List<ByteString> runpath,
    boolean noDefaultLibraries) {

  /** PATH_MAX, and more than any library's name. */
  private static final int LONGEST_STRING = 4096;

  private static final int LARGEST_DYNAMIC_SECTION = 1 << 20;

  // Tags of the dynamic section, elf(5); DT_FLAGS_1 is in the generic ABI's OS-specific range.
  private static final long DT_NULL = 0;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_SONAME = 14;
  private static final long DT_RPATH = 15;
  private static final long DT_RUNPATH = 29;
  private static final long DT_FLAGS_1 = 0x6fff_fffbL;
  private static final long DF_1_NODEFLIB = 0x800;

  /**
   * Reads the headers and the dynamic section, nothing else; null when the file is no ELF file.
   *
   * @param label names the file in errors
   */
  static @Nullable ElfFile read(String label, ByteSource file) throws IOException {
    ElfHeader header = ElfHeader.read(label, file);
    return header == null ? null : new Parser(label, file, header).parse();
  }

  /** Whether both can be in one process. */
  boolean matches(ElfFile other) {
    return wide == other.wide && machine == other.machine;
  }

  /** As {@link ElfHeader#architecture}. */
  String architecture() {
    return ElfHeader.architecture(machine, wide);
  }

  private record Parser(
      String label, ByteSource file, ElfHeader header, List<ElfSegment> segments) {
    Parser(String label, ByteSource file, ElfHeader header) throws IOException {
      this(label, file, header, ElfSegment.readAll(label, file, header));
    }

    ElfFile parse() throws IOException {
      ByteString interpreter = null;
      List<ByteString> needed = new ArrayList<>();
      ByteString soname = null;
      ByteString rpath = null;
      ByteString runpath = null;
      boolean noDefaultLibraries = false;
      for (ElfSegment segment : segments) {
        if (segment.type() == ElfSegment.INTERPRETER) {
          interpreter = stringAt("interpreter", segment.offset());
        }
      }
      List<long[]> entries = dynamicEntries();
      long strings = -1;
      for (long[] entry : entries) {
        if (entry[0] == DT_STRTAB) {
          strings = offsetOf(entry[1]);
        }
      }
      for (long[] entry : entries) {
        long value = entry[1];
        if (entry[0] == DT_NEEDED) {
          needed.add(string("DT_NEEDED", strings, value));
        } else if (entry[0] == DT_SONAME) {
          soname = string("DT_SONAME", strings, value);
        } else if (entry[0] == DT_RPATH) {
          rpath = string("DT_RPATH", strings, value);
        } else if (entry[0] == DT_RUNPATH) {
          runpath = string("DT_RUNPATH", strings, value);
        } else if (entry[0] == DT_FLAGS_1) {
          noDefaultLibraries = (value & DF_1_NODEFLIB) != 0;
        }
      }
      return new ElfFile(
          header.wide(),
          header.machine(),
          interpreter,
          List.copyOf(needed),
          soname,
          rpath == null || runpath != null ? List.of() : split(rpath),
          runpath == null ? null : split(runpath),
          noDefaultLibraries);
    }

    /** Pairs of tag and value up to {@code DT_NULL}. */
    private List<long[]> dynamicEntries() throws IOException {
      List<long[]> entries = new ArrayList<>();
      for (ElfSegment segment : segments) {
        if (segment.type() != ElfSegment.DYNAMIC) {
          continue;
        }
        String part = label + ": dynamic section";
        if (segment.fileSize() > LARGEST_DYNAMIC_SECTION) {
          throw new CorruptInputException(
              part, segment.offset(), "has " + segment.fileSize() + " bytes");
        }
        ByteReader section =
            ElfHeader.reader(
                part, file, segment.offset(), (int) segment.fileSize(), header.bigEndian());
        int entrySize = header.wide() ? 16 : 8;
        while (section.remaining() >= entrySize) {
          long tag = header.wide() ? section.s64("tag") : section.u32("tag");
          long value = header.wide() ? section.s64("value") : section.u32("value");
          if (tag == DT_NULL) {
            break;
          }
          entries.add(new long[] {tag, value});
        }
        break; // there is at most one
      }
      return entries;
    }

    private long offsetOf(long address) throws CorruptInputException {
      for (ElfSegment segment : segments) {
        if (segment.holds(address)) {
          return segment.offset() + (address - segment.address());
        }
      }
      throw new CorruptInputException(
          label + ": dynamic section",
          0,
          "string table at address 0x" + Long.toHexString(address) + " is in no segment");
    }

    private ByteString string(String field, long table, long offset) throws IOException {
      if (table < 0 || offset < 0 || table + offset < 0) {
        throw new CorruptInputException(
            label + ": dynamic section", Math.max(table, 0), field + " has no string table");
      }
      return stringAt(field, table + offset);
    }

    private ByteString stringAt(String field, long offset) throws IOException {
      long left = Math.max(0, file.size() - offset);
      int length = (int) Math.min(LONGEST_STRING, left);
      ByteString bytes =
          ByteReader.of(label + ": " + field, file, offset, length).string(field, length);
      int end = bytes.indexOf('\0');
      if (end < 0) {
        throw new CorruptInputException(label + ": " + field, offset, "has no end");
      }
      return bytes.substring(0, end);
    }

    private static List<ByteString> split(ByteString path) {
      List<ByteString> parts = new ArrayList<>();
      int from = 0;
      while (from <= path.length()) {
        int colon = path.indexOf(':', from);
        int to = colon < 0 ? path.length() : colon;
        if (to > from) {
          parts.add(path.substring(from, to));
        }
        from = to + 1;
      }
      return List.copyOf(parts);
    }
  }
}
