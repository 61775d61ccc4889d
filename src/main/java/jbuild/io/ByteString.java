package jbuild.io;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An immutable string of bytes: a file name, a symbolic link's target, an xattr's name. Linux names
 * are bytes without an encoding, so they must never pass through {@code String} or {@code Path},
 * which depend on the locale.
 *
 * <p>The bytes live in a Latin-1 {@code String}, one char a byte, which the JDK stores compactly,
 * hashes once and compares in unsigned byte order.
 */
public final class ByteString implements Comparable<ByteString> {
  public static final ByteString EMPTY = new ByteString("");

  private final String latin1;

  private ByteString(String latin1) {
    this.latin1 = latin1;
  }

  public static ByteString of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  public static ByteString of(byte[] bytes, int offset, int length) {
    return length == 0
        ? EMPTY
        : new ByteString(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
  }

  /** The UTF-8 form of {@code text}. */
  public static ByteString of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The UTF-8 form of each text. */
  public static List<ByteString> listOf(List<String> texts) {
    List<ByteString> strings = new ArrayList<>(texts.size());
    for (String text : texts) {
      strings.add(of(text));
    }
    return strings;
  }

  public int length() {
    return latin1.length();
  }

  public boolean isEmpty() {
    return latin1.isEmpty();
  }

  /** The byte at {@code index}, 0 to 255. */
  public int at(int index) {
    return latin1.charAt(index);
  }

  public int indexOf(char asciiByte) {
    return latin1.indexOf(asciiByte);
  }

  public int indexOf(char asciiByte, int from) {
    return latin1.indexOf(asciiByte, from);
  }

  public int lastIndexOf(char asciiByte) {
    return latin1.lastIndexOf(asciiByte);
  }

  public boolean startsWith(ByteString prefix) {
    return latin1.startsWith(prefix.latin1);
  }

  public boolean startsWith(String asciiPrefix) {
    return latin1.startsWith(asciiPrefix);
  }

  public boolean endsWith(String asciiSuffix) {
    return latin1.endsWith(asciiSuffix);
  }

  public ByteString substring(int from) {
    return substring(from, latin1.length());
  }

  public ByteString substring(int from, int to) {
    return from == to ? EMPTY : new ByteString(latin1.substring(from, to));
  }

  public ByteString concat(ByteString other) {
    return new ByteString(latin1.concat(other.latin1));
  }

  public byte[] toBytes() {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Copies the bytes to {@code target} at {@code offset}, without an array in between. */
  @SuppressWarnings("deprecation") // the one JDK method that copies Latin-1 chars without a charset
  public void copyTo(byte[] target, int offset) {
    latin1.getBytes(0, latin1.length(), target, offset);
  }

  public boolean equalsAscii(String ascii) {
    return latin1.equals(ascii);
  }

  /** Unsigned byte order, the order of canonical tars and of EROFS directories. */
  @Override
  public int compareTo(ByteString other) {
    return latin1.compareTo(other.latin1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteString that && latin1.equals(that.latin1);
  }

  @Override
  public int hashCode() {
    return latin1.hashCode();
  }

  private static boolean hasControlCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * For people: UTF-8 where the bytes are valid UTF-8 without control characters, else every odd
   * byte as {@code \ooo}. Never parse this back.
   */
  @Override
  public String toString() {
    byte[] bytes = toBytes();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (!hasControlCharacter(text)) {
        return text;
      }
    } catch (CharacterCodingException notUtf8) {
      // falls through to the escaped form
    }
    StringBuilder escaped = new StringBuilder(bytes.length + 16);
    for (byte b : bytes) {
      int c = b & 0xff;
      if (c < 0x20 || c > 0x7e || c == '\\') {
        escaped.append(String.format("\\%03o", c));
      } else {
        escaped.append((char) c);
      }
    }
    return escaped.toString();
  }
}
