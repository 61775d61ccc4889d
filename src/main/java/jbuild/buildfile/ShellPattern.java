package jbuild.buildfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pattern in <code>${a#pattern}</code> and its kin: {@code *} is any text, {@code ?} any
 * character, a backslash makes these literal (POSIX.1-2017, Shell Command Language, 2.13.1, without
 * bracket expressions). Works on code points.
 *
 * <p>A pattern is a list of pieces without stars. Putting every piece at its first possible place
 * gives the shortest match, putting the last piece at its last possible place the longest, so no
 * backtracking is needed.
 */
final class ShellPattern {
  private static final int ANY_CHARACTER = -1;

  private final List<int[]> pieces;

  private ShellPattern(List<int[]> pieces) {
    this.pieces = pieces;
  }

  static ShellPattern compile(String pattern) throws SyntaxException {
    if (pattern.length() > Limits.SUBSTITUTION_PATTERN_LENGTH) {
      throw new SyntaxException(
          "pattern in substitution longer than "
              + Limits.SUBSTITUTION_PATTERN_LENGTH
              + " characters");
    }
    int[] source = pattern.codePoints().toArray();
    int[] piece = new int[source.length];
    int length = 0;
    List<int[]> pieces = new ArrayList<>();
    for (int i = 0; i < source.length; i++) {
      int c = source[i];
      if (c == '*') {
        pieces.add(Arrays.copyOf(piece, length));
        length = 0;
      } else if (c == '?') {
        piece[length++] = ANY_CHARACTER;
      } else if (c == '\\') {
        i++;
        // The operand's own end characters are escaped as well: } and /.
        if (i == source.length || "*?\\}/".indexOf(source[i]) < 0) {
          throw new SyntaxException("invalid escape in pattern: " + pattern);
        }
        piece[length++] = source[i];
      } else {
        piece[length++] = c;
      }
    }
    pieces.add(Arrays.copyOf(piece, length));
    return new ShellPattern(pieces);
  }

  String withoutPrefix(String value, boolean longest) {
    int[] subject = value.codePoints().toArray();
    int end = matchAt(subject, 0, longest);
    return end < 0 ? value : new String(subject, end, subject.length - end);
  }

  String withoutSuffix(String value, boolean longest) {
    int[] subject = value.codePoints().toArray();
    List<int[]> mirrored = new ArrayList<>();
    for (int[] piece : pieces) {
      mirrored.add(0, mirror(piece));
    }
    int end = new ShellPattern(mirrored).matchAt(mirror(subject), 0, longest);
    return end < 0 ? value : new String(subject, 0, subject.length - end);
  }

  String replace(String value, String replacement, boolean every) throws SyntaxException {
    int[] subject = value.codePoints().toArray();
    StringBuilder result = new StringBuilder();
    int copied = 0;
    int from = 0;
    boolean afterMatch = false;
    while (from <= subject.length) {
      int start = find(subject, pieces.get(0), from);
      int end = start < 0 ? -1 : matchAt(subject, start, true);
      if (end < 0) {
        // Where the rest finds no place behind the first piece, it finds none further on either.
        break;
      }
      boolean emptyBehindMatch = end == start && afterMatch && start == copied;
      if (!emptyBehindMatch) {
        result.append(new String(subject, copied, start - copied)).append(replacement);
        copied = end;
        checkLength(result);
      }
      if (!every) {
        break;
      }
      afterMatch = end > start;
      from = end > start ? end : end + 1;
    }
    return result.append(new String(subject, copied, subject.length - copied)).toString();
  }

  private static void checkLength(StringBuilder result) throws SyntaxException {
    if (result.length() > Limits.EXPANSION_LENGTH) {
      throw new SyntaxException("result longer than " + Limits.EXPANSION_LENGTH + " characters");
    }
  }

  /** The end of the match that starts exactly at {@code start}, or -1. */
  private int matchAt(int[] subject, int start, boolean longest) {
    if (!fits(subject, pieces.get(0), start)) {
      return -1;
    }
    int end = start + pieces.get(0).length;
    for (int i = 1; i < pieces.size(); i++) {
      int[] piece = pieces.get(i);
      boolean last = i == pieces.size() - 1;
      int place = last && longest ? findLast(subject, piece, end) : find(subject, piece, end);
      if (place < 0) {
        return -1;
      }
      end = place + piece.length;
    }
    return end;
  }

  private static int find(int[] subject, int[] piece, int from) {
    for (int i = from; i + piece.length <= subject.length; i++) {
      if (fits(subject, piece, i)) {
        return i;
      }
    }
    return -1;
  }

  private static int findLast(int[] subject, int[] piece, int from) {
    for (int i = subject.length - piece.length; i >= from; i--) {
      if (fits(subject, piece, i)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean fits(int[] subject, int[] piece, int place) {
    if (place + piece.length > subject.length) {
      return false;
    }
    for (int i = 0; i < piece.length; i++) {
      if (piece[i] != ANY_CHARACTER && piece[i] != subject[place + i]) {
        return false;
      }
    }
    return true;
  }

  private static int[] mirror(int[] text) {
    int[] mirrored = new int[text.length];
    for (int i = 0; i < text.length; i++) {
      mirrored[text.length - 1 - i] = text[i];
    }
    return mirrored;
  }
}
