package jbuild.secret;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for all forms of all secrets at once. Horspool's algorithm for a set of patterns, on pairs
 * of bytes: most bytes of a text are never looked at (Wu and Manber, "A fast algorithm for
 * multi-pattern searching", 1994).
 */
public final class SecretPatterns {
  private static final int PAIRS = 1 << 16;

  /**
   * Bytes that give a secret away.
   *
   * @param form what they are but the value itself, for a message: {@code " in base64"}
   */
  @SuppressWarnings("ArrayRecordComponent") // private to the package; never compared
  record Pattern(String id, String form, byte[] bytes) {}

  /**
   * Bytes that were found.
   *
   * @param form as in a message behind the secret's name: empty, or {@code " in base64"}
   */
  public record Match(String id, String form, int start, int end) {}

  /** The longest first, so that of two that begin at one place the longer is found. */
  private final List<Pattern> patterns;

  private final int shortest;
  private final int longest;

  /** By the last pair of bytes in the window: how far it can be moved. */
  private final byte[] shifts;

  SecretPatterns(List<Pattern> given) {
    List<Pattern> sorted = new ArrayList<>(given);
    sorted.sort((a, b) -> Integer.compare(b.bytes.length, a.bytes.length));
    patterns = List.copyOf(sorted);
    longest = sorted.isEmpty() ? 0 : sorted.get(0).bytes.length;
    shortest = sorted.isEmpty() ? 0 : sorted.get(sorted.size() - 1).bytes.length;
    shifts = new byte[sorted.isEmpty() ? 0 : PAIRS];
    Arrays.fill(shifts, (byte) Math.min(Byte.MAX_VALUE, Math.max(1, shortest - 1)));
    for (Pattern pattern : sorted) {
      for (int last = 1; last < shortest; last++) {
        int pair = pair(pattern.bytes, last);
        shifts[pair] = (byte) Math.min(shifts[pair], shortest - 1 - last);
      }
    }
  }

  public boolean isEmpty() {
    return patterns.isEmpty();
  }

  /** No match is longer. */
  public int longest() {
    return longest;
  }

  /** The first match that lies wholly between {@code from} and {@code to}; null without one. */
  public @Nullable Match find(byte[] text, int from, int to) {
    if (patterns.isEmpty()) {
      return null;
    }
    int last = from + shortest - 1;
    while (last < to) {
      int shift = shifts[pair(text, last)];
      if (shift > 0) {
        last += shift;
        continue;
      }
      int start = last - shortest + 1;
      for (Pattern pattern : patterns) {
        int end = start + pattern.bytes.length;
        if (end <= to && Arrays.equals(text, start, end, pattern.bytes, 0, pattern.bytes.length)) {
          return new Match(pattern.id, pattern.form, start, end);
        }
      }
      last++;
    }
    return null;
  }

  /** As {@link #find(byte[], int, int)} in all of a text. */
  public @Nullable Match find(byte[] text) {
    return find(text, 0, text.length);
  }

  /** Where the longest end of the text starts with which a match may begin; its length if none. */
  int beginOfPartial(byte[] text, int from, int length) {
    for (int start = Math.max(from, length - longest + 1); start < length; start++) {
      for (Pattern pattern : patterns) {
        int rest = length - start;
        if (rest < pattern.bytes.length
            && Arrays.equals(text, start, length, pattern.bytes, 0, rest)) {
          return start;
        }
      }
    }
    return length;
  }

  private static int pair(byte[] text, int last) {
    return ((text[last - 1] & 0xff) << 8) | (text[last] & 0xff);
  }
}
