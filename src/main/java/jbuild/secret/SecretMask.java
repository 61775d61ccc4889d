package jbuild.secret;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Hides secrets in a stream of bytes, across the borders of its pieces: what may be the beginning
 * of a secret is held back until more is known.
 */
public final class SecretMask {
  private static final byte[] STARS = "***".getBytes(StandardCharsets.US_ASCII);

  private final SecretPatterns patterns;
  private byte[] held = {};

  public SecretMask(Secrets secrets) {
    this.patterns = secrets.visible();
  }

  /** Adds a piece; gives what can be shown by now. */
  public byte[] add(byte[] piece) {
    if (patterns.isEmpty()) {
      return piece;
    }
    byte[] text = Arrays.copyOf(held, held.length + piece.length);
    System.arraycopy(piece, 0, text, held.length, piece.length);
    ByteArrayOutputStream shown = new ByteArrayOutputStream(text.length);
    int at = hide(text, shown);
    int partial = patterns.beginOfPartial(text, at, text.length);
    shown.write(text, at, partial - at);
    held = Arrays.copyOfRange(text, partial, text.length);
    return shown.toByteArray();
  }

  /** The rest, when there are no more pieces. */
  public byte[] finish() {
    byte[] rest = held;
    held = new byte[0];
    return rest;
  }

  /** Writes the text up to the end of the last secret in it, which is the result. */
  private int hide(byte[] text, ByteArrayOutputStream shown) {
    int at = 0;
    SecretPatterns.Match match = patterns.find(text, at, text.length);
    while (match != null) {
      shown.write(text, at, match.start() - at);
      shown.write(STARS, 0, STARS.length);
      at = match.end();
      match = patterns.find(text, at, text.length);
    }
    return at;
  }
}
