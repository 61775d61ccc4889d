package jbuild.linux;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import jbuild.io.ByteString;

/** The bytes of a {@code Path}, whatever the locale. */
public final class HostPath {
  private HostPath() {}

  /**
   * The bytes the kernel knows {@code path} by; a relative path with odd bytes becomes absolute.
   *
   * <p>{@code Path.toString} decodes by the locale and loses what the locale cannot say: under
   * LANG=C every byte above 127. The URI is made from the bytes themselves.
   */
  public static ByteString of(Path path) {
    String text = path.toString();
    if (isAscii(text)) {
      return ByteString.of(text);
    }
    String escaped = path.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    ByteString exact = ByteString.of(bytes.toByteArray());
    // The URI of a directory ends in a slash.
    return exact.length() > 1 && exact.endsWith("/")
        ? exact.substring(0, exact.length() - 1)
        : exact;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127) {
        return false;
      }
    }
    return true;
  }
}
