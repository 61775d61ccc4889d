package jbuild.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The comments of a file, which the parser drops: those before an instruction can describe it or
 * turn rules off for it (BuildKit's parser.go, PrevComment, and linter.go,
 * WithMergedConfigFromComments).
 */
final class Comments {
  private static final Set<String> DIRECTIVES = Set.of("escape", "syntax", "check", "jbuild");

  private final Buildfile buildfile;

  /** The last line of the parser directives at the top. */
  /** What stands further above an instruction does not speak of it. */
  private static final int MOST_LINES = 500;

  private final int directives;

  Comments(Buildfile buildfile) {
    this.buildfile = buildfile;
    int line = 0;
    while (DIRECTIVES.contains(directiveName(comment(line + 1)))) {
      line++;
    }
    this.directives = line;
  }

  /** The text after {@code #}, or null for any other line. */
  private @Nullable String comment(int line) {
    String text = buildfile.line(line).stripLeading();
    return text.startsWith("#") ? text.substring(1).strip() : null;
  }

  /** The name in {@code name=value} or {@code jbuild: value}; empty for anything else. */
  private static String directiveName(@Nullable String comment) {
    if (comment == null) {
      return "";
    }
    int end = comment.toLowerCase(Locale.ROOT).startsWith("jbuild:") ? 6 : comment.indexOf('=');
    return end < 0 ? "" : comment.substring(0, end).strip().toLowerCase(Locale.ROOT);
  }

  /** The line of the directive of that name, or 0. */
  int directive(String name) {
    for (int line = 1; line <= directives; line++) {
      if (directiveName(comment(line)).equals(name)) {
        return line;
      }
    }
    return 0;
  }

  /** Whether a {@code # jbuild:} directive says so. */
  boolean jbuildSays(String word) {
    int line = directive("jbuild");
    return line > 0 && buildfile.line(line).contains(word);
  }

  /**
   * The comments before an instruction, in order, back to an empty one; blank lines between do not
   * matter.
   *
   * @param after the last line of the instruction before
   * @param line the first line of this one
   */
  List<String> before(int after, int line) {
    List<String> found = new ArrayList<>();
    int first = Math.max(Math.max(after, directives) + 1, line - MOST_LINES);
    for (int i = line - 1; i >= first; i--) {
      String comment = comment(i);
      if (comment != null && comment.isEmpty()) {
        break;
      }
      if (comment != null) {
        found.add(comment);
      } else if (!buildfile.line(i).isBlank()) {
        break;
      }
    }
    Collections.reverse(found);
    return found;
  }

  /** What the first {@code check=…} among the comments adds; text after a blank is explanation. */
  static CheckConfig config(CheckConfig file, List<String> comments) {
    for (String comment : comments) {
      int equals = comment.indexOf('=');
      if (equals < 0 || !directiveName(comment).equals("check")) {
        continue;
      }
      String value = comment.substring(equals + 1).strip();
      int blank = value.indexOf(' ');
      try {
        return file.with(CheckConfig.parse(blank < 0 ? value : value.substring(0, blank)));
      } catch (SyntaxException ignoredAsBuildKitDoes) {
        return file;
      }
    }
    return file;
  }
}
