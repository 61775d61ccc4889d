package jbuild.oci;

import org.jspecify.annotations.Nullable;

/**
 * A name as people type it: {@code repository[:tag][@sha256:…]}, in the grammar of the distribution
 * project's reference package. Nothing is added to what was typed: {@code hello} stays {@code
 * hello}, it does not become {@code docker.io/library/hello}.
 *
 * @param repository {@code [domain[:port]/]path}
 */
public record ImageReference(String repository, @Nullable String tag, @Nullable Digest digest) {
  private static final int MAX_REPOSITORY = 255;
  private static final int MAX_TAG = 128;

  public static ImageReference parse(String text) throws OciFormatException {
    String rest = text;
    Digest digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Digest.parse(rest.substring(at + 1));
      rest = rest.substring(0, at);
    }
    String tag = null;
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
      checkTag(text, tag);
    }
    checkRepository(text, rest);
    return new ImageReference(rest, tag, digest);
  }

  /**
   * The tag, {@code latest} when neither a tag nor a digest was typed, null with a digest alone.
   */
  public @Nullable String effectiveTag() {
    return tag == null && digest == null ? "latest" : tag;
  }

  /**
   * The name under which a reference is stored: {@code repository:tag}; null with a digest alone.
   */
  public @Nullable String storedName() {
    String effective = effectiveTag();
    return effective == null ? null : repository + ":" + effective;
  }

  private static void checkTag(String text, String tag) throws OciFormatException {
    boolean good = !tag.isEmpty() && tag.length() <= MAX_TAG && isWord(tag.charAt(0));
    for (int i = 1; good && i < tag.length(); i++) {
      char c = tag.charAt(i);
      good = isWord(c) || c == '.' || c == '-';
    }
    if (!good) {
      throw new OciFormatException(
          "image name: "
              + text
              + ": the tag must be 1 to 128 letters, digits, '_', '.' or '-' and not start with '.'"
              + " or '-'");
    }
  }

  private static void checkRepository(String text, String repository) throws OciFormatException {
    if (repository.isEmpty() || repository.length() > MAX_REPOSITORY) {
      throw new OciFormatException(
          "image name: " + text + ": the name must have 1 to " + MAX_REPOSITORY + " characters");
    }
    int slash = repository.indexOf('/');
    int from = 0;
    if (slash > 0 && isDomain(repository.substring(0, slash))) {
      from = slash + 1;
    }
    while (from <= repository.length()) {
      int to = repository.indexOf('/', from);
      to = to < 0 ? repository.length() : to;
      if (!isPathComponent(repository.substring(from, to))) {
        throw new OciFormatException(
            "image name: "
                + text
                + ": each part must be lower-case letters and digits, joined by '.', '_', '__' or"
                + " dashes");
      }
      from = to + 1;
    }
  }

  /**
   * Whether the first part is a registry's host: it has a dot or a port, or is {@code localhost},
   * or has upper-case letters, which no other part may have.
   */
  private static boolean isDomain(String part) {
    int colon = part.lastIndexOf(':');
    String host = part;
    if (colon >= 0 && !part.endsWith("]")) {
      host = part.substring(0, colon);
      if (!isNumber(part.substring(colon + 1))) {
        return false;
      }
    } else if (part.indexOf('.') < 0
        && !part.equals("localhost")
        && !part.endsWith("]")
        && isLowerCase(part)) {
      return false;
    }
    return host.startsWith("[") ? isBracketedAddress(host) : isHostName(host);
  }

  private static boolean isHostName(String host) {
    char before = '.';
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean edge = before == '.' || i + 1 == host.length() || host.charAt(i + 1) == '.';
      if (!isAlphanumeric(c) && (c != '-' || edge) && (c != '.' || before == '.')) {
        return false;
      }
      before = c;
    }
    return before != '.';
  }

  private static boolean isBracketedAddress(String host) {
    if (!host.endsWith("]") || host.length() < 4) {
      return false;
    }
    for (int i = 1; i < host.length() - 1; i++) {
      char c = host.charAt(i);
      if (c != ':' && Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** {@code [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*}. */
  private static boolean isPathComponent(String part) {
    int i = 0;
    while (true) {
      int from = i;
      while (i < part.length() && isLowerAlphanumeric(part.charAt(i))) {
        i++;
      }
      if (i == from) {
        return false;
      }
      if (i == part.length()) {
        return true;
      }
      char separator = part.charAt(i);
      int start = i;
      while (i < part.length() && part.charAt(i) == separator) {
        i++;
      }
      int most = separator == '.' ? 1 : separator == '_' ? 2 : separator == '-' ? 255 : 0;
      if (i - start > most) {
        return false;
      }
    }
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isLowerCase(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 'A' && text.charAt(i) <= 'Z') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLowerAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static boolean isAlphanumeric(char c) {
    return isLowerAlphanumeric(c) || (c >= 'A' && c <= 'Z');
  }

  private static boolean isWord(char c) {
    return isAlphanumeric(c) || c == '_';
  }

  /** What was typed. */
  @Override
  public String toString() {
    return repository + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}
