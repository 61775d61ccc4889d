package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Flag;
import jbuild.buildfile.IgnoreRules;
import jbuild.buildfile.Origin;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads the {@link CopyOptions} of an instruction. */
final class CopyFlags {
  private final Buildfile buildfile;

  CopyFlags(Buildfile buildfile) {
    this.buildfile = buildfile;
  }

  /**
   * @param chown the value of {@code --chown}; null without
   */
  CopyOptions read(Origin origin, @Nullable String chown) throws BuildfileException {
    Flag unpack = origin.flag("unpack");
    boolean link = isOn(origin.flag("link"));
    if (link && chown != null && !isNumeric(chown)) {
      throw buildfile.error(
          origin.range(),
          "--chown=" + chown + " with --link: an independent layer has no names of users",
          "use numbers, --chown=UID:GID");
    }
    List<String> patterns = new ArrayList<>();
    for (Flag flag : origin.flags()) {
      String pattern = flag.value();
      if (flag.name().equals("exclude") && pattern != null) {
        patterns.add(pattern);
        check(flag, pattern);
      }
    }
    return new CopyOptions(
        link,
        isOn(origin.flag("parents")),
        isOn(origin.flag("optional")),
        unpack == null ? null : unpack.isOn(),
        patterns,
        rules(origin, patterns));
  }

  private static boolean isOn(@Nullable Flag flag) {
    return flag != null && flag.isOn();
  }

  private static boolean isNumeric(String chown) {
    for (int i = 0; i < chown.length(); i++) {
      char c = chown.charAt(i);
      if (c != ':' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  private void check(Flag flag, String pattern) throws BuildfileException {
    try {
      IgnoreRules.ofPatterns(List.of(pattern));
    } catch (SyntaxException e) {
      throw buildfile.error(flag.range(), "--exclude=" + pattern + ": " + e.getMessage());
    }
  }

  private IgnoreRules rules(Origin origin, List<String> patterns) throws BuildfileException {
    try {
      return IgnoreRules.ofPatterns(patterns);
    } catch (SyntaxException e) {
      throw buildfile.error(origin.range(), String.valueOf(e.getMessage()));
    }
  }
}
