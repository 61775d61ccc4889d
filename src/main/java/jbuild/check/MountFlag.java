package jbuild.check;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;

/**
 * The options of a {@code --mount}, as far as rules look at them: unquoted, names in lower case.
 */
record MountFlag(Map<String, String> options) {
  static MountFlag parse(String value) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : value.split(",", -1)) {
      int equals = option.indexOf('=');
      String name = (equals < 0 ? option : option.substring(0, equals)).strip();
      String key =
          switch (name.toLowerCase(Locale.ROOT)) {
            case "dst", "destination" -> "target";
            case "src" -> "source";
            default -> name.toLowerCase(Locale.ROOT);
          };
      options.put(key, equals < 0 ? "" : option.substring(equals + 1).strip());
    }
    return new MountFlag(options);
  }

  /** Whether what is written below the path stays out of the layer. */
  static boolean keepsOut(Instruction instruction, String path) {
    for (Flag flag : instruction.origin().flags()) {
      String value = flag.value();
      if (!flag.name().equals("mount") || value == null) {
        continue;
      }
      Map<String, String> options = parse(value).options();
      String type = options.getOrDefault("type", "bind");
      String target = options.getOrDefault("target", "");
      boolean over = path.equals(target) || path.startsWith(withSlash(target));
      if ((type.equals("cache") || type.equals("tmpfs")) && !target.isEmpty() && over) {
        return true;
      }
    }
    return false;
  }

  private static String withSlash(String path) {
    return path.endsWith("/") ? path : path + "/";
  }
}
