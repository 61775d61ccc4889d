package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;

/** A piece of a file pattern: what one character of a name must be, or a run of characters. */
sealed interface GlobToken {
  /** Whether the token takes this code point; for runs, whether it may be one of them. */
  boolean takes(int c);

  record Literal(int character) implements GlobToken {
    @Override
    public boolean takes(int c) {
      return c == character;
    }
  }

  /** {@code ?} */
  record AnyOne() implements GlobToken {
    @Override
    public boolean takes(int c) {
      return c != '/';
    }
  }

  /** {@code [a-z]}, {@code [^a-z]}; like Go's, it may take a slash. Bounds lie in pairs. */
  record OneOf(boolean negated, List<Integer> bounds) implements GlobToken {
    @Override
    public boolean takes(int c) {
      for (int i = 0; i < bounds.size(); i += 2) {
        if (bounds.get(i) <= c && c <= bounds.get(i + 1)) {
          return !negated;
        }
      }
      return negated;
    }
  }

  /** {@code *}: any run inside one path component. */
  record Star() implements GlobToken {
    @Override
    public boolean takes(int c) {
      return c != '/';
    }
  }

  /**
   * Reads a pattern of Go's filepath.Match.
   *
   * @throws SyntaxException for an open bracket, an empty or odd range, a backslash at the end
   */
  static List<GlobToken> parse(String pattern) throws SyntaxException {
    return new Parser(pattern).parse();
  }

  /** Reads from left to right by code points. */
  final class Parser {
    private final int[] pattern;
    private final String text;
    private int at;

    private Parser(String text) {
      this.text = text;
      this.pattern = text.codePoints().toArray();
    }

    private List<GlobToken> parse() throws SyntaxException {
      List<GlobToken> tokens = new ArrayList<>();
      while (at < pattern.length) {
        int c = pattern[at++];
        tokens.add(
            switch (c) {
              case '*' -> new Star();
              case '?' -> new AnyOne();
              case '[' -> set();
              case '\\' -> new Literal(escaped());
              default -> new Literal(c);
            });
      }
      return tokens;
    }

    private GlobToken set() throws SyntaxException {
      boolean negated = at < pattern.length && pattern[at] == '^';
      if (negated) {
        at++;
      }
      List<Integer> bounds = new ArrayList<>();
      while (at >= pattern.length || pattern[at] != ']' || bounds.isEmpty()) {
        int low = bound();
        int high = low;
        if (at < pattern.length && pattern[at] == '-') {
          at++;
          high = bound();
        }
        bounds.add(low);
        bounds.add(high);
      }
      at++;
      return new OneOf(negated, List.copyOf(bounds));
    }

    private int bound() throws SyntaxException {
      if (at >= pattern.length || pattern[at] == '-' || pattern[at] == ']') {
        throw bad();
      }
      int c = pattern[at++];
      return c == '\\' ? escaped() : c;
    }

    private int escaped() throws SyntaxException {
      if (at >= pattern.length) {
        throw bad();
      }
      return pattern[at++];
    }

    private SyntaxException bad() {
      return new SyntaxException("invalid pattern: " + text);
    }
  }
}
