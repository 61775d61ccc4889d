package jbuild.buildfile;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code # check=} asks of the rules: {@code skip=A,B}, {@code skip=all}, {@code error=true},
 * {@code experimental=A} or {@code experimental=all}, separated by semicolons.
 *
 * @param skip names of rules as they are written; empty when {@code skipAll}
 * @param error whether a finding fails the build
 * @param experimental names of experimental rules to apply; empty when {@code experimentalAll}
 * @param range of the directive
 */
public record CheckDirective(
    Set<String> skip,
    boolean skipAll,
    boolean error,
    Set<String> experimental,
    boolean experimentalAll,
    SourceRange range) {
  private static final String ALL = "all";

  public CheckDirective {
    skip = Set.copyOf(skip);
    experimental = Set.copyOf(experimental);
  }

  /** Reads what follows {@code check=}. */
  static CheckDirective parse(String text, SourceRange range) throws SyntaxException {
    Set<String> skip = Set.of();
    Set<String> experimental = Set.of();
    boolean error = false;
    for (String option : text.split(";", -1)) {
      if (option.isBlank()) {
        continue;
      }
      int equals = option.indexOf('=');
      String name = option.substring(0, Math.max(0, equals)).strip();
      String value = option.substring(equals + 1).strip();
      switch (name) {
        case "skip" -> skip = names(value);
        case "experimental" -> experimental = names(value);
        case "error" -> error = isTrue(value);
        default -> throw new SyntaxException("invalid check option: " + option.strip());
      }
    }
    boolean skipAll = skip.contains(ALL);
    boolean experimentalAll = experimental.contains(ALL);
    return new CheckDirective(
        skipAll ? Set.of() : skip,
        skipAll,
        error,
        experimentalAll ? Set.of() : experimental,
        experimentalAll,
        range);
  }

  private static Set<String> names(String list) {
    Set<String> names = new TreeSet<>();
    for (String name : list.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return names;
  }

  /** The words that Go's strconv.ParseBool takes. */
  private static boolean isTrue(String value) throws SyntaxException {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "t", "true" -> true;
      case "0", "f", "false" -> false;
      default -> throw new SyntaxException("invalid check option: error=" + value);
    };
  }
}
