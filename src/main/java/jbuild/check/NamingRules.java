package jbuild.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.Word;

/** What BuildKit says of one instruction while it parses (instructions/parse.go). */
final class NamingRules {
  private NamingRules() {}

  static void check(Site site) {
    Instruction instruction = site.instruction();
    if (instruction instanceof Instruction.From from) {
      from(site, from);
    } else if (instruction instanceof Instruction.Arg arg) {
      List<String> names = new ArrayList<>();
      for (Instruction.Definition definition : arg.definitions()) {
        names.add(definition.name().text());
      }
      description(site, "ARG", names);
    } else if (instruction instanceof Instruction.Maintainer) {
      site.warn(
          Rule.MAINTAINER_DEPRECATED,
          site.range(),
          "Maintainer instruction is deprecated in favor of using label",
          "LABEL org.opencontainers.image.authors=…");
    }
  }

  private static void from(Site site, Instruction.From from) {
    Word name = from.name();
    List<String> words = words(from.origin().text());
    if (name == null || words.size() != 3) {
      return;
    }
    String written = words.get(2);
    if (!written.equals(written.toLowerCase(Locale.ROOT))) {
      site.warn(
          Rule.STAGE_NAME_CASING,
          site.at(name),
          "Stage name '" + written + "' should be lowercase",
          null);
    }
    String as = words.get(1);
    String keyword = site.keyword();
    if (!sameCase(keyword, as)) {
      site.warn(
          Rule.FROM_AS_CASING,
          place(site, name, as),
          "'" + as + "' and '" + keyword + "' keywords' casing do not match",
          null);
    }
    description(site, "FROM", List.of(name.text()));
  }

  /** The words after the flags. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(text);
    tokens.nextToken();
    while (tokens.hasMoreTokens()) {
      String word = tokens.nextToken();
      if (!word.startsWith("--") || !words.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /** AS stands before the name; on the line of the instruction or nowhere that BuildKit would. */
  private static SourceRange place(Site site, Word name, String as) {
    SourceRange at = site.at(name);
    int line = at.startLine();
    int column = site.line(line).lastIndexOf(as, at.startColumn() - 2);
    return column < 0 || at.equals(site.range())
        ? site.range()
        : site.part(line, column + 1, as.length());
  }

  /** A keyword in mixed case is another rule's business. */
  private static boolean sameCase(String keyword, String as) {
    if (keyword.equals(keyword.toLowerCase(Locale.ROOT))) {
      return as.equals(as.toLowerCase(Locale.ROOT));
    }
    return !keyword.equals(keyword.toUpperCase(Locale.ROOT))
        || as.equals(as.toUpperCase(Locale.ROOT));
  }

  private static void description(Site site, String keyword, List<String> names) {
    List<String> comments = site.comments();
    if (comments.isEmpty() || names.isEmpty()) {
      return;
    }
    String last = comments.get(comments.size() - 1);
    int blank = last.indexOf(' ');
    if (!names.contains(blank < 0 ? last : last.substring(0, blank))) {
      String name = names.size() > 1 ? "<arg_key>" : names.get(0);
      site.warn(
          Rule.INVALID_DEFINITION_DESCRIPTION,
          "Comment for " + keyword + " should follow the format: `# " + name + " <description>`");
    }
  }
}
