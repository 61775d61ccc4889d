package jbuild.check;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The variable that was probably meant: BuildKit's measure (util/suggest), two letters off. */
final class NearMiss {
  private static final int TOO_FAR = 3;
  private static final int MAX_NAME = 128;

  private NearMiss() {}

  static @Nullable String of(String wrong, Collection<String> known) {
    if (wrong.length() > MAX_NAME) {
      return null;
    }
    String best = null;
    int bestDistance = TOO_FAR;
    for (String candidate : known) {
      if (candidate.equals(wrong)) {
        return null;
      }
      boolean hopeless = Math.abs(candidate.length() - wrong.length()) >= TOO_FAR;
      int distance = hopeless ? TOO_FAR : distance(wrong, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Levenshtein's, a row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
