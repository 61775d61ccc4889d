package jbuild.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Makes tars by hand, good and bad ones, field by field. Shares no code with what it tests. Strings
 * are Latin-1: one char a byte.
 */
public final class TarBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  public TarBytes file(String name, String content) {
    return member(name, '0', content, h -> {});
  }

  public TarBytes directory(String name) {
    return member(name, '5', "", h -> octal(h, 100, 8, 0755));
  }

  public TarBytes symlink(String name, String target) {
    return member(name, '2', "", h -> text(h, 157, target));
  }

  public TarBytes hardLink(String name, String target) {
    return member(name, '1', "", h -> text(h, 157, target));
  }

  public TarBytes device(String name, char type, int major, int minor) {
    return member(
        name,
        type,
        "",
        h -> {
          octal(h, 329, 8, major);
          octal(h, 337, 8, minor);
        });
  }

  /** A member whose header is changed by {@code tweak} before it is summed. */
  public TarBytes member(String name, char type, String content, Consumer<byte[]> tweak) {
    byte[] h = new byte[512];
    text(h, 0, name);
    octal(h, 100, 8, 0644);
    octal(h, 108, 8, 0);
    octal(h, 116, 8, 0);
    octal(h, 124, 12, content.length());
    octal(h, 136, 12, 0);
    h[156] = (byte) type;
    text(h, 257, "ustar\00000");
    tweak.accept(h);
    sum(h);
    out.writeBytes(h);
    return data(content);
  }

  /** Content without a header, padded. */
  public TarBytes data(String content) {
    out.writeBytes(latin1(content));
    out.writeBytes(new byte[-content.length() & 511]);
    return this;
  }

  /** An extended header with the records {@code key=value}, well-formed. */
  public TarBytes pax(String... keysAndValues) {
    return paxOf('x', records(keysAndValues));
  }

  public TarBytes paxOf(char type, String body) {
    return member("PaxHeaders/x", type, body, h -> {});
  }

  public static String records(String... keysAndValues) {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      String body = " " + keysAndValues[i] + "=" + keysAndValues[i + 1] + "\n";
      int length = body.length() + 1;
      while (Integer.toString(length).length() + body.length() != length) {
        length++;
      }
      records.append(length).append(body);
    }
    return records.toString();
  }

  public TarBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public TarBytes zeroBlock() {
    return raw(new byte[512]);
  }

  public byte[] end() {
    return zeroBlock().zeroBlock().bytes();
  }

  public byte[] bytes() {
    return out.toByteArray();
  }

  public static void text(byte[] header, int at, String text) {
    byte[] bytes = latin1(text);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  public static void octal(byte[] header, int at, int length, long value) {
    text(header, at, String.format("%0" + (length - 1) + "o", value));
    header[at + length - 1] = 0;
  }

  /** GNU's base 256: the number big-endian, the first bit set. */
  public static void base256(byte[] header, int at, int length, long value) {
    for (int i = 0; i < length; i++) {
      int shift = 8 * (length - 1 - i);
      header[at + i] = (byte) (shift > 63 ? value >> 63 : value >> shift);
    }
    header[at] |= (byte) 0x80;
  }

  private static void sum(byte[] header) {
    sum(header, 0);
  }

  /** Sums the header at {@code at} of a whole tar. */
  public static void sum(byte[] tar, int at) {
    Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
    int sum = 0;
    for (int i = at; i < at + 512; i++) {
      sum += tar[i] & 0xff;
    }
    octal(tar, at + 148, 7, sum);
  }
}
