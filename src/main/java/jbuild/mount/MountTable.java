package jbuild.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteString;

/** The mounts that a process sees, {@code /proc/PID/mountinfo} (proc(5)), in the file's order. */
final class MountTable {
  private static final int POINT = 4;

  /** From here on, one field is the separator {@code -}; any number of optional ones before it. */
  private static final int OPTIONAL = 6;

  private MountTable() {}

  /** One mount: where, of which type, and what its file system was told to be its source. */
  record Entry(ByteString point, ByteString type, ByteString source) {}

  static List<Entry> read(Path file) throws IOException {
    byte[] table = Files.readAllBytes(file);
    List<Entry> entries = new ArrayList<>();
    List<ByteString> fields = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < table.length; i++) {
      if (table[i] == ' ' || table[i] == '\n') {
        fields.add(unescaped(table, start, i));
        start = i + 1;
      }
      if (table[i] == '\n') {
        add(fields, entries);
        fields.clear();
      }
    }
    return entries;
  }

  private static void add(List<ByteString> fields, List<Entry> entries) {
    for (int i = OPTIONAL; i + 2 < fields.size(); i++) {
      if (fields.get(i).equalsAscii("-")) {
        entries.add(new Entry(fields.get(POINT), fields.get(i + 1), fields.get(i + 2)));
        return;
      }
    }
  }

  /** Blanks, tabs, line ends and backslashes are written as backslash and three octal digits. */
  private static ByteString unescaped(byte[] table, int from, int to) {
    byte[] bytes = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (table[i] == '\\' && i + 3 < to) {
        bytes[length++] =
            (byte)
                (((table[i + 1] - '0') << 6) | ((table[i + 2] - '0') << 3) | (table[i + 3] - '0'));
        i += 3;
      } else {
        bytes[length++] = table[i];
      }
    }
    return ByteString.of(bytes, 0, length);
  }
}
