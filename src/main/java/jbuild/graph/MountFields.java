package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Suggestion;
import org.jspecify.annotations.Nullable;

/**
 * The value of a {@code --mount} as fields {@code key=value}, separated by commas; a field that
 * holds a comma stands in double quotes, as in CSV files. Keys are known and in lower case, values
 * not expanded.
 */
final class MountFields {
  private static final List<String> KEYS =
      List.of(
          "type",
          "from",
          "source",
          "src",
          "target",
          "dst",
          "destination",
          "readonly",
          "ro",
          "readwrite",
          "rw",
          "id",
          "sharing",
          "required",
          "size",
          "mode",
          "uid",
          "gid",
          "env");

  /** Keys that mean something without a value. */
  private static final List<String> SWITCHES =
      List.of("readonly", "ro", "readwrite", "rw", "required");

  private MountFields() {}

  /** The value is null for a bare key. */
  record Field(String key, @Nullable String value) {}

  static List<Field> of(Buildfile buildfile, Flag flag) throws BuildfileException {
    List<Field> fields = new ArrayList<>();
    for (String text : split(String.valueOf(flag.value()))) {
      int equals = text.indexOf('=');
      String key = (equals < 0 ? text : text.substring(0, equals)).toLowerCase(Locale.ROOT);
      if (!KEYS.contains(key)) {
        throw buildfile.error(
            flag.range(),
            key.isEmpty() ? "--mount has an empty field" : "--mount has no field " + key,
            Suggestion.hint(key, KEYS));
      }
      if (equals < 0 && !SWITCHES.contains(key)) {
        throw buildfile.error(flag.range(), "field of --mount without a value: " + key);
      }
      fields.add(new Field(key, equals < 0 ? null : text.substring(equals + 1)));
    }
    return fields;
  }

  /**
   * The value of {@code from}, null without one. It says what has to be built first, so it is read
   * before any variable has a value.
   */
  static @Nullable String from(Buildfile buildfile, Flag flag) throws BuildfileException {
    String from = null;
    for (Field field : of(buildfile, flag)) {
      if (field.key().equals("from")) {
        from = field.value();
      }
    }
    return from == null || from.isEmpty() ? null : from;
  }

  private static List<String> split(String text) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
