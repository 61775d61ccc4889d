package jbuild.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.LayerException;
import jbuild.layer.TreeView;

/** What a root file system says it is: os-release(5). */
final class OsRelease {
  private static final List<String> PLACES = List.of("/etc/os-release", "/usr/lib/os-release");
  private static final int MAX_SIZE = 64 << 10;
  private static final int MAX_VALUE = 1024;

  private OsRelease() {}

  /** The assignments; empty when there is no such file. */
  static Map<String, String> of(TreeView tree) throws IOException {
    for (String place : PLACES) {
      ByteString text;
      try {
        text = tree.readSmall(BytePath.parse(place), MAX_SIZE);
      } catch (LayerException oversizedOrInCircles) {
        continue; // an odd file is no reason not to import the others
      }
      if (!text.isEmpty()) {
        return parse(new String(text.toBytes(), StandardCharsets.UTF_8));
      }
    }
    return Map.of();
  }

  /** The quoting is that of a shell, as far as the manual page allows it. */
  static Map<String, String> parse(String text) {
    Map<String, String> values = new TreeMap<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals > 0 && line.substring(0, equals).chars().allMatch(OsRelease::isKey)) {
                String value = unquoted(line.substring(equals + 1));
                if (value.length() <= MAX_VALUE) {
                  values.put(line.substring(0, equals), value);
                }
              }
            });
    return values;
  }

  private static boolean isKey(int c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private static String unquoted(String value) {
    char quote = value.isEmpty() ? 0 : value.charAt(0);
    boolean quoted =
        value.length() > 1
            && (quote == '"' || quote == '\'')
            && value.charAt(value.length() - 1) == quote;
    String inner = quoted ? value.substring(1, value.length() - 1) : value;
    if (quote == '\'') {
      return inner;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      text.append(c == '\\' && i + 1 < inner.length() ? inner.charAt(++i) : c);
    }
    return text.toString();
  }
}
