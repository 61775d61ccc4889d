package jbuild.base;

import java.util.Locale;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Lists of checksums as they are published beside media: lines of sha256sum(1), {@code HEX NAME} or
 * {@code HEX *NAME}, and of BSD, {@code SHA256 (NAME) = HEX}. Whatever else stands in such a file
 * (a signature, comments, other digests) is passed over.
 */
public final class Checksums {
  private static final int HEX_DIGITS = 64;

  private Checksums() {}

  /** The SHA-256 that the list gives for a file of that name; null when it gives none. */
  public static @Nullable Digest find(String list, String fileName) {
    return list.lines()
        .map(line -> ofLine(line.strip(), fileName))
        .filter(digest -> digest != null)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Digest ofLine(String line, String fileName) {
    if (line.startsWith("SHA256 (")) {
      int end = line.lastIndexOf(") = ");
      return end > 0 && line.substring("SHA256 (".length(), end).equals(fileName)
          ? parse(line.substring(end + ") = ".length()))
          : null;
    }
    if (line.length() <= HEX_DIGITS + 2 || line.charAt(HEX_DIGITS) != ' ') {
      return null;
    }
    String name = line.substring(HEX_DIGITS + 1).strip();
    String plain = name.startsWith("*") ? name.substring(1) : name;
    String last = plain.substring(plain.lastIndexOf('/') + 1);
    return last.equals(fileName) ? parse(line.substring(0, HEX_DIGITS)) : null;
  }

  /** A digest as people type it; null when it is none. */
  public static @Nullable Digest parse(String hex) {
    String digits = hex.strip().toLowerCase(Locale.ROOT);
    try {
      return new Digest(digits.startsWith("sha256:") ? digits.substring(7) : digits);
    } catch (IllegalArgumentException notOne) {
      return null;
    }
  }
}
