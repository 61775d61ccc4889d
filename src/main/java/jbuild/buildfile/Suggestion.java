package jbuild.buildfile;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The near miss: which known name a wrong one was probably meant to be. */
public final class Suggestion {
  private static final int MAX_NAME = 64;

  private Suggestion() {}

  /** {@code did you mean X?} for the nearest of the known names, null if none is near. */
  public static @Nullable String hint(String wrong, List<String> known) {
    return hint(wrong, "", known);
  }

  /** As {@link #hint(String, List)}; the prefix is shown before the name. */
  static @Nullable String hint(String wrong, String prefix, List<String> known) {
    if (wrong.isEmpty() || wrong.length() > MAX_NAME) {
      return null;
    }
    String lower = wrong.toLowerCase(Locale.ROOT);
    String best = null;
    // A third of the letters may be wrong; of short names one letter.
    int bestDistance = Math.max(1, wrong.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best == null ? null : "did you mean " + prefix + best + "?";
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
