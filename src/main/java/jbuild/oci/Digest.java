package jbuild.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 content digest, the one algorithm that every OCI implementation must know (image-spec
 * descriptor.md, "Digests").
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final String PREFIX = "sha256:";
  private static final int HEX_LENGTH = 64;

  /** Bytes up to which the JDK's SHA-256 would take longer to load than to hash. */
  private static final int SMALL = 16 << 10;

  public Digest {
    if (!isHex(hex, HEX_LENGTH)) {
      throw new IllegalArgumentException("not a SHA-256 in lower-case hexadecimal: " + hex);
    }
  }

  /** Reads the form {@code sha256:<64 lower-case hexadecimal digits>}. */
  public static Digest parse(String text) throws OciFormatException {
    if (!text.startsWith(PREFIX) || !isHex(text.substring(PREFIX.length()), HEX_LENGTH)) {
      throw new OciFormatException(
          text + " is no digest of the form sha256:<64 lower-case hexadecimal digits>");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** The digest of {@code content}. */
  public static Digest of(byte[] content) {
    return ofHash(content.length <= SMALL ? SmallSha256.hash(content) : sha256().digest(content));
  }

  /** The digest whose 32 bytes a {@link MessageDigest} gave. */
  public static Digest ofHash(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Whether {@code text} is {@code length} lower-case hexadecimal digits. */
  private static boolean isHex(String text, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** The first 12 digits, as tables show them. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  /**
   * Written out, as is {@link #hashCode}: what the compiler gives a record is linked at its first
   * call by method handles, which costs a short command some ten milliseconds.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && hex.equals(that.hex);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
