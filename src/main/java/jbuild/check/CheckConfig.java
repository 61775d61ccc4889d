package jbuild.check;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jbuild.buildfile.SyntaxException;

/**
 * Which rules are on: {@code skip=A,B;experimental=C;error=true}, the text of a {@code check}
 * directive, of such a comment before an instruction, and of BUILDKIT_DOCKERFILE_CHECK. Names of
 * rules that nobody knows are accepted, as in BuildKit (linter.go, ParseLintOptions).
 *
 * @param error whether findings fail a build
 */
record CheckConfig(
    boolean skipAll,
    Set<String> skipped,
    boolean experimentalAll,
    Set<String> experimental,
    boolean error) {
  static final CheckConfig NONE = new CheckConfig(false, Set.of(), false, Set.of(), false);

  /** More parts than this are one part to BuildKit. */
  private static final int PARTS = 3;

  CheckConfig {
    skipped = Set.copyOf(skipped);
    experimental = Set.copyOf(experimental);
  }

  static CheckConfig parse(String text) throws SyntaxException {
    boolean skipAll = false;
    boolean experimentalAll = false;
    boolean error = false;
    Set<String> skipped = Set.of();
    Set<String> experimental = Set.of();
    if (text.isBlank()) {
      return NONE;
    }
    for (String part : text.strip().split(";", PARTS)) {
      int equals = part.indexOf('=');
      String name = (equals < 0 ? part : part.substring(0, equals)).strip();
      String value = part.substring(equals + 1).strip();
      if (equals < 0) {
        throw new SyntaxException("invalid check option: " + part);
      }
      switch (name) {
        case "skip" -> {
          skipAll |= value.equals("all");
          skipped = value.equals("all") ? skipped : names(value);
        }
        case "experimental" -> {
          experimentalAll |= value.equals("all");
          experimental = value.equals("all") ? experimental : names(value);
        }
        case "error" -> error = bool(part, value);
        default -> throw new SyntaxException("invalid check option: " + name);
      }
    }
    return new CheckConfig(skipAll, skipped, experimentalAll, experimental, error);
  }

  private static Set<String> names(String list) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : list.split(",", -1)) {
      names.add(name.strip());
    }
    return names;
  }

  /** The words of Go's strconv.ParseBool. */
  private static boolean bool(String part, String value) throws SyntaxException {
    if (List.of("1", "t", "T", "TRUE", "true", "True").contains(value)) {
      return true;
    }
    if (List.of("0", "f", "F", "FALSE", "false", "False").contains(value)) {
      return false;
    }
    throw new SyntaxException("invalid check option: " + part + " (it can be true or false)");
  }

  /** This and what a comment before an instruction says; the comment cannot turn rules on again. */
  CheckConfig with(CheckConfig local) {
    return new CheckConfig(
        skipAll || local.skipAll,
        union(skipped, local.skipped),
        experimentalAll || local.experimentalAll,
        union(experimental, local.experimental),
        error);
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> both = new LinkedHashSet<>(a);
    both.addAll(b);
    return both;
  }

  boolean allows(Rule rule) {
    if (rule.isExperimental()) {
      return experimentalAll || experimental.contains(rule.id());
    }
    return rule == Rule.INVALID_BUILDFILE || !(skipAll || skipped.contains(rule.id()));
  }
}
