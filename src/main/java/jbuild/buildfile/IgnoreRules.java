package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;

/**
 * A .dockerignore file: patterns by line, {@code !} before an exception; the last line that matches
 * a path or one of its parents decides. Unlike in a .gitignore, an exception also brings back what
 * lies below an excluded directory, and a pattern without a slash matches at the top only.
 */
public final class IgnoreRules {
  /** Excludes nothing. */
  public static final IgnoreRules NONE = new IgnoreRules(List.of());

  private record Rule(int line, boolean exception, IgnorePattern pattern) {}

  /** What becomes of a path, and the line that decided; line 0 when no line matched. */
  public record Decision(boolean excluded, int line) {}

  /** A line's pattern after trimming and cleaning, the exclamation mark still in front. */
  record Entry(int line, String pattern) {}

  private final List<Rule> rules;

  private IgnoreRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Parses an ignore file; patterns that cannot be are errors with their line. */
  public static IgnoreRules parse(String fileName, byte[] text) throws BuildfileException {
    SourceText source = SourceText.of(fileName, text);
    List<Rule> rules = new ArrayList<>();
    for (Entry entry : entries(source)) {
      boolean exception = entry.pattern().startsWith("!");
      String pattern = exception ? entry.pattern().substring(1) : entry.pattern();
      SourceRange range =
          new SourceRange(entry.line(), 1, entry.line(), source.line(entry.line()).length() + 1);
      if (pattern.isEmpty()) {
        throw source.error(range, "exception without a pattern", null);
      }
      if (source.isDamaged(pattern)) {
        throw source.error(range, "pattern is not UTF-8", null);
      }
      try {
        rules.add(new Rule(entry.line(), exception, IgnorePattern.compile(pattern)));
      } catch (SyntaxException e) {
        throw source.error(range, String.valueOf(e.getMessage()), null);
      }
    }
    return new IgnoreRules(rules);
  }

  /** Rules of single patterns, such as those of {@code --exclude}; their lines count from 1. */
  public static IgnoreRules ofPatterns(List<String> patterns) throws SyntaxException {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < patterns.size(); i++) {
      String pattern = clean(Spaces.trim(patterns.get(i)));
      boolean exception = pattern.startsWith("!");
      String text = exception ? pattern.substring(1) : pattern;
      if (!text.isEmpty()) {
        rules.add(new Rule(i + 1, exception, IgnorePattern.compile(text)));
      } else if (exception) {
        throw new SyntaxException("exception without a pattern");
      }
    }
    return new IgnoreRules(rules);
  }

  /** A pattern without what means nothing in it; an exclamation mark stays in front. */
  private static String clean(String text) {
    boolean exception = text.startsWith("!");
    String pattern = exception ? Spaces.trim(text.substring(1)) : text;
    if (!pattern.isEmpty()) {
      pattern = CleanPath.of(pattern);
      pattern = pattern.length() > 1 && pattern.startsWith("/") ? pattern.substring(1) : pattern;
    }
    return exception ? "!" + pattern : pattern;
  }

  static List<Entry> entries(SourceText source) {
    List<Entry> entries = new ArrayList<>();
    for (int number = 1; number <= source.lines(); number++) {
      String line = source.line(number);
      String pattern = Spaces.trim(line);
      // Only a # in the first column starts a comment: a blank before it makes it a name.
      if (line.startsWith("#") || pattern.isEmpty()) {
        continue;
      }
      entries.add(new Entry(number, clean(pattern)));
    }
    return entries;
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Decides for one path, relative to the context and with slashes. */
  public Decision decide(String path) {
    Scope scope = root();
    int slash = 0;
    while ((slash = path.indexOf('/', slash + 1)) > 0 && slash < path.length() - 1) {
      scope = scope.enter(path.substring(0, slash));
    }
    boolean trailing = path.length() > 1 && path.endsWith("/");
    return scope.enter(trailing ? path.substring(0, path.length() - 1) : path).decision();
  }

  /** Whether there is a line that brings something back. */
  public boolean hasExceptions() {
    return rules.stream().anyMatch(Rule::exception);
  }

  /** Whether a line is a pattern for everything there is. */
  public boolean namesEverything() {
    return rules.stream().anyMatch(rule -> !rule.exception() && rule.pattern().isForEverything());
  }

  /** The start of a walk through the context, which need not look at the parents of each path. */
  public Scope root() {
    return new Scope(rules, "", new boolean[rules.size()]);
  }

  /** A path on a walk, and which rules match it or its parents. Immutable. */
  public static final class Scope {
    private final List<Rule> rules;
    private final String path;
    private final boolean[] matched;

    private Scope(List<Rule> rules, String path, boolean[] matched) {
      this.rules = rules;
      this.path = path;
      this.matched = matched;
    }

    /** A child of this directory, by its path from the context. */
    public Scope enter(String childPath) {
      boolean[] child = matched.clone();
      for (int i = 0; i < child.length; i++) {
        child[i] = child[i] || rules.get(i).pattern().matches(childPath);
      }
      return new Scope(rules, childPath, child);
    }

    public Decision decision() {
      int last = lastMatch();
      return last < 0
          ? new Decision(false, 0)
          : new Decision(!rules.get(last).exception(), rules.get(last).line());
    }

    /** Whether everything below this directory is excluded as well, so that none need look. */
    public boolean canBePruned() {
      int last = lastMatch();
      if (last < 0 || rules.get(last).exception()) {
        return false;
      }
      for (Rule rule : rules.subList(last + 1, rules.size())) {
        if (rule.exception() && rule.pattern().mayMatchBelow(path)) {
          return false;
        }
      }
      return true;
    }

    private int lastMatch() {
      int last = matched.length - 1;
      while (last >= 0 && !matched[last]) {
        last--;
      }
      return last;
    }
  }
}
