package jbuild.secret;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The bytes by which a value is known: itself, and what is always in its base64 encoding. */
final class SecretForms {
  /** A value of so many bytes does not turn up by chance. */
  static final int SURE = 8;

  /** What is shorter than this is not even hidden: a log full of stars tells nobody anything. */
  private static final int LEAST_VISIBLE = 4;

  /** Encoders break lines at 64 or 76 characters, so long values are looked for by pieces. */
  private static final int PIECE = 24;

  private static final int LONG = 45;
  private static final int PIECES = 4;

  private SecretForms() {}

  /** Without the line end that a file has and its value often has not. */
  static byte[] trim(byte[] value) {
    int end = value.length;
    while (end > 0 && (value[end - 1] == '\n' || value[end - 1] == '\r')) {
      end--;
    }
    return Arrays.copyOf(value, end);
  }

  static void addSure(List<SecretPatterns.Pattern> patterns, String id, byte[] value) {
    byte[] trimmed = trim(value);
    if (trimmed.length < SURE) {
      return;
    }
    patterns.add(new SecretPatterns.Pattern(id, "", trimmed));
    if (trimmed.length <= LONG) {
      addEncoded(patterns, id, trimmed);
      return;
    }
    // From the middle: keys begin and end with lines that all keys have.
    int from = trimmed.length / 4;
    int step = Math.max(PIECE / 2, (trimmed.length / 2 - PIECE) / PIECES);
    for (int i = 0; i < PIECES && from + PIECE <= trimmed.length; i++, from += step) {
      addEncoded(patterns, id, Arrays.copyOfRange(trimmed, from, from + PIECE));
    }
  }

  /** The encoding depends on how many bytes, modulo 3, stand before the value. */
  private static void addEncoded(List<SecretPatterns.Pattern> patterns, String id, byte[] value) {
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + value.length];
      System.arraycopy(value, 0, shifted, before, value.length);
      byte[] encoded = Base64.getEncoder().withoutPadding().encode(shifted);
      // A character holds 6 bits; only those that hold bits of the value alone are always there.
      int first = before == 0 ? 0 : before + 1;
      int end = shifted.length * 8 / 6;
      byte[] sure = Arrays.copyOfRange(encoded, first, end);
      patterns.add(new SecretPatterns.Pattern(id, " in base64", sure));
      byte[] forUrls = sure.clone();
      for (int i = 0; i < forUrls.length; i++) {
        forUrls[i] = forUrls[i] == '+' ? (byte) '-' : forUrls[i] == '/' ? (byte) '_' : forUrls[i];
      }
      if (!Arrays.equals(sure, forUrls)) {
        patterns.add(new SecretPatterns.Pattern(id, " in base64", forUrls));
      }
    }
  }

  /** Programs print values by lines. */
  static void addLines(List<SecretPatterns.Pattern> patterns, String id, byte[] value) {
    int start = 0;
    for (int i = 0; i <= value.length; i++) {
      if (i == value.length || value[i] == '\n') {
        byte[] line = trim(Arrays.copyOfRange(value, start, i));
        boolean isWhole = start == 0 && i >= value.length - 1;
        int least = isWhole ? LEAST_VISIBLE : SURE;
        if (line.length >= least && !isFrame(line)) {
          patterns.add(new SecretPatterns.Pattern(id, "", line));
        }
        start = i + 1;
      }
    }
  }

  /** {@code -----BEGIN PRIVATE KEY-----} is no secret. */
  private static boolean isFrame(byte[] line) {
    return line.length > 4 && line[0] == '-' && line[1] == '-' && line[2] == '-';
  }
}
