package jbuild.buildfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * One cleaned pattern of an ignore file: that of {@link GoMatch}, with two stars for any number of
 * path components (moby/patternmatcher). Patterns without other wildcards are compared as text.
 */
final class IgnorePattern {
  private enum Kind {
    EXACT,
    PREFIX,
    SUFFIX,
    STEPS
  }

  /** What a step may take before it is passed. */
  private enum Reach {
    ONE,
    RUN,
    /** Nothing, or anything that ends with a slash. */
    COMPONENTS,
    EVERYTHING
  }

  private record Step(Reach reach, GlobToken token) {}

  private final String text;
  private final Kind kind;
  private final List<Step> steps;

  private IgnorePattern(String text, Kind kind, List<Step> steps) {
    this.text = text;
    this.kind = kind;
    this.steps = steps;
  }

  /** Whether it is one of the patterns that people write for all there is. */
  boolean isForEverything() {
    return text.equals("*") || text.equals("**") || text.equals("**/*");
  }

  static IgnorePattern compile(String text) throws SyntaxException {
    List<GlobToken> tokens = GlobToken.parse(text);
    List<Step> steps = new ArrayList<>();
    boolean plainSoFar = true;
    boolean prefix = false;
    boolean suffix = false;
    int i = 0;
    while (i < tokens.size()) {
      GlobToken token = tokens.get(i);
      boolean first = i == 0;
      boolean doubled = token instanceof GlobToken.Star && isStar(tokens, i + 1);
      i += doubled ? 2 : 1;
      if (!doubled) {
        steps.add(new Step(token instanceof GlobToken.Star ? Reach.RUN : Reach.ONE, token));
        plainSoFar &= token instanceof GlobToken.Literal;
        continue;
      }
      if (isSlash(tokens, i)) {
        i++;
      }
      boolean last = i == tokens.size();
      prefix = last && plainSoFar && !first;
      suffix = suffix || first;
      plainSoFar &= first || prefix;
      steps.add(new Step(last ? Reach.EVERYTHING : Reach.COMPONENTS, token));
    }
    // An escape makes a literal whose text is not the pattern's: no plain comparison then.
    boolean plain = plainSoFar && text.indexOf('\\') < 0;
    Kind kind =
        !plain || (prefix && suffix)
            ? Kind.STEPS
            : suffix ? Kind.SUFFIX : prefix ? Kind.PREFIX : Kind.EXACT;
    return new IgnorePattern(text, kind, List.copyOf(steps));
  }

  private static boolean isStar(List<GlobToken> tokens, int index) {
    return index < tokens.size() && tokens.get(index) instanceof GlobToken.Star;
  }

  private static boolean isSlash(List<GlobToken> tokens, int index) {
    return index < tokens.size() && tokens.get(index).equals(new GlobToken.Literal('/'));
  }

  boolean matches(String path) {
    return switch (kind) {
      case EXACT -> path.equals(text);
      case PREFIX -> path.regionMatches(0, text, 0, text.length() - 2);
      case SUFFIX -> matchesSuffix(path);
      case STEPS -> matchesSteps(path);
    };
  }

  private boolean matchesSuffix(String path) {
    String suffix = text.substring(2);
    return path.endsWith(suffix)
        || (path.length() == suffix.length() - 1
            && suffix.endsWith(path)
            && suffix.startsWith("/"));
  }

  /** Walks all possibilities at once, so that no pattern takes more than steps x characters. */
  private boolean matchesSteps(String path) {
    BitSet reached = new BitSet(steps.size() + 1);
    reach(reached, 0);
    int i = 0;
    while (i < path.length() && !reached.isEmpty()) {
      int c = path.codePointAt(i);
      i += Character.charCount(c);
      BitSet next = new BitSet(steps.size() + 1);
      for (int s = reached.nextSetBit(0); s >= 0; s = reached.nextSetBit(s + 1)) {
        if (s < steps.size()) {
          advance(next, s, c);
        }
      }
      reached = next;
    }
    return reached.get(steps.size());
  }

  private void advance(BitSet next, int step, int c) {
    switch (steps.get(step).reach()) {
      case ONE -> {
        if (steps.get(step).token().takes(c)) {
          reach(next, step + 1);
        }
      }
      case RUN -> {
        if (c != '/') {
          reach(next, step);
        }
      }
      case EVERYTHING -> reach(next, step);
      case COMPONENTS -> {
        // Inside a component the step cannot be passed, so only the step itself is marked.
        next.set(step);
        if (c == '/') {
          reach(next, step + 1);
        }
      }
    }
  }

  /** Marks a step and those behind it that may take nothing. */
  private void reach(BitSet reached, int from) {
    int step = from;
    reached.set(step);
    while (step < steps.size() && steps.get(step).reach() != Reach.ONE) {
      step++;
      reached.set(step);
    }
  }

  /** Whether the pattern might match the directory or anything below it; never a wrong no. */
  boolean mayMatchBelow(String directory) {
    int wildcard = 0;
    while (wildcard < text.length() && "*?[\\".indexOf(text.charAt(wildcard)) < 0) {
      wildcard++;
    }
    boolean literal = wildcard == text.length();
    String fixed = literal ? text + "/" : text.substring(0, text.lastIndexOf('/', wildcard) + 1);
    String below = directory + "/";
    return fixed.startsWith(below) || below.startsWith(fixed);
  }
}
