package jbuild.fs.iso9660;

import java.nio.charset.StandardCharsets;
import jbuild.io.ByteString;

/**
 * Names made from the identifiers of directory records when there is no Rock Ridge, as Linux makes
 * them.
 */
final class FileNames {
  private FileNames() {}

  /**
   * An identifier of a primary volume's tree: in lower case, without {@code ;1} and the dot that
   * has nothing behind it; other semicolons, and slashes of a broken writer, are dots.
   */
  static ByteString plain(ByteString identifier, boolean lowerCase) {
    int length = identifier.length();
    if (identifier.endsWith(".;1") && length > 3) {
      length -= 3;
    } else if (identifier.endsWith(";1") && length > 2) {
      length -= 2;
    }
    int zero = identifier.indexOf('\0');
    byte[] name = new byte[zero < 0 ? length : Math.min(zero, length)];
    for (int i = 0; i < name.length; i++) {
      int c = identifier.at(i);
      if (c == ';' || c == '/') {
        c = '.';
      } else if (lowerCase && c >= 'A' && c <= 'Z') {
        c += 'a' - 'A';
      }
      name[i] = (byte) c;
    }
    return ByteString.of(name);
  }

  /**
   * An identifier of a Joliet tree, UTF-16 in big-endian order, as UTF-8 without {@code ;1} and
   * without dots at the end. Half a surrogate pair is U+FFFD.
   */
  static ByteString joliet(ByteString identifier) {
    byte[] bytes = identifier.toBytes();
    String name = new String(bytes, 0, bytes.length & ~1, StandardCharsets.UTF_16BE);
    int end = name.indexOf('\0') < 0 ? name.length() : name.indexOf('\0');
    if (end > 2 && name.startsWith(";1", end - 2)) {
      end -= 2;
    }
    while (end > 1 && name.charAt(end - 1) == '.') {
      end--;
    }
    return ByteString.of(name.substring(0, end));
  }
}
