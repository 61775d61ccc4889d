package jbuild.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The records of a PAX extended header, {@code "LENGTH KEY=VALUE\n"} each (pax(1), "pax Extended
 * Header"). Values are bytes: {@code hdrcharset} is not needed to keep them as they are.
 */
final class PaxRecords {
  static final String XATTR = "SCHILY.xattr.";
  private static final String XATTR_LIBARCHIVE = "LIBARCHIVE.xattr.";

  /** Enough for any archive's own; global headers add up over a whole archive. */
  private static final int MAX_RECORDS = 1 << 16;

  private final Map<String, ByteString> values = new HashMap<>();

  /** Adds the records in {@code header}; a later record replaces an earlier one. */
  void parse(byte[] header) throws TarFieldException {
    int at = 0;
    ByteArrayOutputStream islands = null;
    while (at < header.length) {
      int blank = at;
      int length = 0;
      while (blank < header.length && header[blank] >= '0' && header[blank] <= '9') {
        length = length * 10 + header[blank++] - '0';
        if (length > header.length) {
          throw new TarFieldException("pax record is longer than its header");
        }
      }
      int end = at + length;
      if (blank == at
          || blank >= header.length
          || header[blank] != ' '
          || end <= blank + 1
          || end > header.length
          || header[end - 1] != '\n') {
        throw new TarFieldException("pax record is malformed");
      }
      int equals = blank + 1;
      while (equals < end && header[equals] != '=') {
        equals++;
      }
      if (equals == end || equals == blank + 1) {
        throw new TarFieldException("pax record has no key");
      }
      String key = new String(header, blank + 1, equals - blank - 1, StandardCharsets.ISO_8859_1);
      ByteString value = ByteString.of(header, equals + 1, end - 1 - (equals + 1));
      if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
        // version 0.0 repeats these keys: gather them in the form of version 0.1
        if (islands == null) {
          islands = new ByteArrayOutputStream();
        } else {
          islands.write(',');
        }
        islands.writeBytes(value.toBytes());
      } else {
        values.put(key, value);
      }
      at = end;
    }
    if (islands != null) {
      values.put("GNU.sparse.map", ByteString.of(islands.toByteArray()));
    }
    if (values.size() > MAX_RECORDS) {
      throw new TarFieldException("more than " + MAX_RECORDS + " pax records");
    }
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /**
   * These records with those of {@code global} for what they do not say. An empty value takes a
   * global one away; so does it say that the plain header holds.
   */
  PaxRecords over(PaxRecords global) {
    if (global.isEmpty()) {
      return this;
    }
    PaxRecords both = new PaxRecords();
    both.values.putAll(global.values);
    values.forEach(
        (key, value) -> {
          if (value.isEmpty() && both.values.containsKey(key)) {
            both.values.remove(key);
          } else {
            both.values.put(key, value);
          }
        });
    return both;
  }

  /** The value, or null when there is none or it is empty. */
  @Nullable ByteString get(String key) {
    ByteString value = values.get(key);
    return value == null || value.isEmpty() ? null : value;
  }

  @Nullable String text(String key) {
    ByteString value = get(key);
    return value == null ? null : value.toString();
  }

  /** A number of bytes, an id, …: decimal digits only; {@code otherwise} when there is none. */
  long number(String key, long otherwise) throws TarFieldException {
    String value = text(key);
    return value == null ? otherwise : decimal("pax " + key, value);
  }

  static long decimal(String what, String digits) throws TarFieldException {
    long value = 0;
    if (digits.isEmpty() || digits.length() > 18) {
      throw new TarFieldException(what + " is not a number: " + digits);
    }
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        throw new TarFieldException(what + " is not a number: " + digits);
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  /** Whether there are ACLs as star writes them, with names of users that mean nothing here. */
  boolean hasTextAcl() {
    return get("SCHILY.acl.access") != null || get("SCHILY.acl.default") != null;
  }

  /**
   * Extended attributes in star's form (raw values) and libarchive's (percent-escaped name, base64
   * value); star's wins. An empty value here is an empty attribute, as GNU tar and Go read it. An
   * SELinux label that is to stay has the name of its record, {@link Xattrs#SELINUX_RECORD}.
   */
  SortedMap<ByteString, byte[]> xattrs() throws TarFieldException {
    SortedMap<ByteString, byte[]> xattrs = null;
    ByteString label = get(Xattrs.SELINUX_RECORD);
    if (label != null) {
      xattrs = new TreeMap<>();
      xattrs.put(ByteString.of(Xattrs.SELINUX_RECORD), label.toBytes());
    }
    for (Map.Entry<String, ByteString> record : values.entrySet()) {
      String key = record.getKey();
      boolean raw = key.startsWith(XATTR);
      if (!raw && !key.startsWith(XATTR_LIBARCHIVE)) {
        continue;
      }
      xattrs = xattrs == null ? new TreeMap<>() : xattrs;
      if (raw) {
        xattrs.put(latin1(key.substring(XATTR.length())), record.getValue().toBytes());
      } else {
        ByteString name = unescape(key.substring(XATTR_LIBARCHIVE.length()));
        xattrs.putIfAbsent(name, base64(key, record.getValue()));
      }
    }
    return xattrs == null ? Attributes.NO_XATTRS : xattrs;
  }

  private static byte[] base64(String key, ByteString value) throws TarFieldException {
    try {
      return Base64.getDecoder().decode(value.toBytes());
    } catch (IllegalArgumentException e) {
      throw new TarFieldException("pax " + key + " is not base64");
    }
  }

  private static ByteString unescape(String name) throws TarFieldException {
    StringBuilder plain = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%') {
        int high = i + 2 < name.length() ? Character.digit(name.charAt(i + 1), 16) : -1;
        int low = i + 2 < name.length() ? Character.digit(name.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw new TarFieldException("pax name of an xattr is malformed");
        }
        c = (char) (high << 4 | low);
        i += 2;
      }
      plain.append(c);
    }
    return latin1(plain.toString());
  }

  private static ByteString latin1(String chars) {
    return ByteString.of(chars.getBytes(StandardCharsets.ISO_8859_1));
  }
}
