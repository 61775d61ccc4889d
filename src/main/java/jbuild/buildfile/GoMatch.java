package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;

/**
 * Go's filepath.Match: {@code *} and {@code ?} stop at a slash and take leading dots, {@code [a-z]}
 * and {@code [^a-z]} are sets, a backslash makes the next character literal, and the whole name
 * must match. Names that are not UTF-8 are matched as their lenient decoding. Immutable.
 */
public final class GoMatch {
  /** Stretches between stars; all but the first follow a star. */
  private final List<List<GlobToken>> chunks = new ArrayList<>();

  private GoMatch(List<GlobToken> tokens) {
    List<GlobToken> chunk = new ArrayList<>();
    for (GlobToken token : tokens) {
      if (token instanceof GlobToken.Star) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
      } else {
        chunk.add(token);
      }
    }
    chunks.add(chunk);
  }

  public static GoMatch compile(String pattern) throws SyntaxException {
    return new GoMatch(GlobToken.parse(pattern));
  }

  /** Whether a text is a pattern at all, that is, holds {@code *}, {@code ?} or {@code [}. */
  public static boolean hasWildcard(String text) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '*' || c == '?' || c == '[') {
        return true;
      }
      i += c == '\\' ? 2 : 1;
    }
    return false;
  }

  public boolean matches(String name) {
    int[] subject = name.codePoints().toArray();
    if (!fits(chunks.get(0), subject, 0)) {
      return false;
    }
    int at = chunks.get(0).size();
    for (int i = 1; i < chunks.size(); i++) {
      at = place(chunks.get(i), subject, at, i == chunks.size() - 1);
      if (at < 0) {
        return false;
      }
    }
    return at == subject.length;
  }

  /** The end of the chunk at the first place that a star before it can reach, or -1. */
  private static int place(List<GlobToken> chunk, int[] subject, int from, boolean last) {
    for (int i = from; i + chunk.size() <= subject.length; i++) {
      boolean reachesEnd = i + chunk.size() == subject.length;
      if ((!last || reachesEnd) && fits(chunk, subject, i)) {
        return i + chunk.size();
      }
      if (i < subject.length && subject[i] == '/') {
        return -1;
      }
    }
    return -1;
  }

  private static boolean fits(List<GlobToken> chunk, int[] subject, int from) {
    if (from + chunk.size() > subject.length) {
      return false;
    }
    for (int i = 0; i < chunk.size(); i++) {
      if (!chunk.get(i).takes(subject[from + i])) {
        return false;
      }
    }
    return true;
  }
}
