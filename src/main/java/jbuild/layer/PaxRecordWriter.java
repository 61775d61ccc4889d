package jbuild.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import jbuild.io.ByteString;

/**
 * Gathers the records of one extended header. The caller adds them in the order of their keys; the
 * xattrs' keys, which start with upper-case letters, come first.
 */
final class PaxRecordWriter {
  private static final ByteString XATTR = ByteString.of(PaxRecords.XATTR);

  private byte[] bytes = new byte[512];
  private int length;

  void reset() {
    length = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void xattrs(SortedMap<ByteString, byte[]> xattrs) {
    byte[] label = xattrs.get(Xattrs.SELINUX);
    if (label != null) {
      record(Xattrs.SELINUX_RECORD, label, label.length);
    }
    for (Map.Entry<ByteString, byte[]> xattr : xattrs.entrySet()) {
      if (xattr.getKey().equals(Xattrs.SELINUX)) {
        continue;
      }
      record(XATTR.concat(xattr.getKey()).toBytes(), xattr.getValue(), xattr.getValue().length);
    }
  }

  void record(String key, String value) {
    byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
    record(key, ascii, ascii.length);
  }

  void record(String key, ByteString value) {
    record(key, value.toBytes(), value.length());
  }

  void record(String key, byte[] value, int valueLength) {
    record(key.getBytes(StandardCharsets.US_ASCII), value, valueLength);
  }

  /** Adds {@code "LENGTH KEY=VALUE\n"}, where LENGTH counts its own digits too. */
  private void record(byte[] key, byte[] value, int valueLength) {
    int content = key.length + valueLength + 3;
    int total = content + digits(content);
    if (digits(total) > digits(content)) {
      total++;
    }
    if (bytes.length - length < total) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + total));
    }
    ascii(Integer.toString(total));
    bytes[length++] = ' ';
    append(key, key.length);
    bytes[length++] = '=';
    append(value, valueLength);
    bytes[length++] = '\n';
  }

  private void ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  private void append(byte[] more, int count) {
    System.arraycopy(more, 0, bytes, length, count);
    length += count;
  }

  private static int digits(int number) {
    int digits = 1;
    for (int rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }
}
