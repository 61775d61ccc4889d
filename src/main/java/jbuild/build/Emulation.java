package jbuild.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import jbuild.graph.PlatformName;
import org.jspecify.annotations.Nullable;

/**
 * Whether this machine executes programs of another architecture: natively, or by an interpreter
 * that is registered in binfmt_misc (Documentation/admin-guide/binfmt-misc.rst). Only an entry with
 * flag F will do: the kernel has opened its interpreter already, so that the one that is not in the
 * image works there.
 */
final class Emulation {
  static final Path BINFMT_MISC = Path.of("/proc/sys/fs/binfmt_misc");

  /** Bytes of an ELF header up to e_machine, which is what entries look at. */
  private static final int HEADER = 20;

  private static final int MAX_ENTRY = 64 << 10;

  private final Path registry;
  private final PlatformName host;

  Emulation(Path registry, PlatformName host) {
    this.registry = registry;
    this.host = host;
  }

  /** Null when programs for {@code platform} can be executed, else why not and what helps. */
  @Nullable String missing(PlatformName platform) throws IOException {
    if (!platform.os().equals(host.os())) {
      return "programs for " + platform.os() + " need another kernel";
    }
    if (isNative(platform.architecture())) {
      return null;
    }
    byte[] header = header(platform.architecture());
    if (header == null) {
      return "architecture is not known: " + platform.architecture();
    }
    String install = "install qemu-user-static, or qemu-user with qemu-user-binfmt";
    String unfit = null;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(registry)) {
      for (Path entry : entries) {
        Entry found = Entry.read(entry);
        if (found == null || !found.matches(header)) {
          continue;
        }
        if (found.enabled && found.fixed) {
          return null;
        }
        unfit = entry.getFileName() + (found.enabled ? " lacks flag F" : " is disabled");
      }
    } catch (NoSuchFileException notMounted) {
      return "binfmt_misc has no interpreter for it: " + install;
    }
    return unfit == null
        ? "binfmt_misc has no interpreter for it: " + install
        : "the entry of binfmt_misc " + unfit + ": " + install;
  }

  private boolean isNative(String architecture) {
    return architecture.equals(host.architecture())
        || (host.architecture().equals("amd64") && architecture.equals("386"))
        || (host.architecture().equals("arm64") && architecture.equals("arm"));
  }

  /** As a program of that architecture starts (elf(5), values of e_machine in elf.h). */
  private static byte @Nullable [] header(String architecture) {
    return switch (architecture) {
      case "386" -> elf(1, 1, 3);
      case "amd64" -> elf(2, 1, 62);
      case "arm" -> elf(1, 1, 40);
      case "arm64" -> elf(2, 1, 183);
      case "loong64" -> elf(2, 1, 258);
      case "mips" -> elf(1, 2, 8);
      case "mipsle" -> elf(1, 1, 8);
      case "mips64" -> elf(2, 2, 8);
      case "mips64le" -> elf(2, 1, 8);
      case "ppc64" -> elf(2, 2, 21);
      case "ppc64le" -> elf(2, 1, 21);
      case "riscv64" -> elf(2, 1, 243);
      case "s390x" -> elf(2, 2, 22);
      default -> null;
    };
  }

  /**
   * @param bits 1 for 32, 2 for 64
   * @param order 1 for little-endian, 2 for big-endian
   */
  private static byte[] elf(int bits, int order, int machine) {
    byte[] header = new byte[HEADER];
    System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, header, 0, 4);
    header[4] = (byte) bits;
    header[5] = (byte) order;
    header[6] = 1; // EV_CURRENT
    int low = order == 1 ? 0 : 1;
    header[16 + low] = 2; // ET_EXEC
    header[18 + low] = (byte) machine;
    header[19 - low] = (byte) (machine >> 8);
    return header;
  }

  /** A registered interpreter, as its file describes it. */
  private static final class Entry {
    private boolean enabled;
    private boolean fixed;
    private int offset;
    private byte @Nullable [] magic;
    private byte @Nullable [] mask;

    /** Null for {@code register} and {@code status}, and for what goes by a file's name. */
    static @Nullable Entry read(Path file) throws IOException {
      String name = file.getFileName().toString();
      if (name.equals("register") || name.equals("status")) {
        return null;
      }
      String text;
      try (var in = Files.newInputStream(file)) {
        text = new String(in.readNBytes(MAX_ENTRY), StandardCharsets.ISO_8859_1);
      }
      Entry entry = new Entry();
      for (String line : text.split("\n", -1)) {
        entry.take(line.strip());
      }
      return entry.magic == null ? null : entry;
    }

    private void take(String line) {
      int blank = line.indexOf(' ');
      String value = line.substring(blank + 1);
      switch (blank < 0 ? line : line.substring(0, blank)) {
        case "enabled" -> enabled = true;
        case "flags:" -> fixed = value.indexOf('F') >= 0;
        case "offset" -> offset = Integer.parseInt(value);
        case "magic" -> magic = HexFormat.of().parseHex(value);
        case "mask" -> mask = HexFormat.of().parseHex(value);
        default -> {} // the interpreter's path
      }
    }

    boolean matches(byte[] header) {
      byte[] wanted = magic;
      if (wanted == null || offset < 0 || offset + wanted.length > header.length) {
        return false;
      }
      byte[] bits = mask;
      for (int i = 0; i < wanted.length; i++) {
        int relevant = bits == null || i >= bits.length ? 0xff : bits[i];
        if (((header[offset + i] ^ wanted[i]) & relevant) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
