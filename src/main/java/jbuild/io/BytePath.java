package jbuild.io;

import java.util.ArrayList;
import java.util.List;

/**
 * A path inside an image: absolute, normalised, made of bytes. It has no empty, {@code .} or {@code
 * ..} component; {@code ..} is clamped at the root when parsed, so no path can point out of it.
 * Symbolic links are not its business: see {@code UnionTree}.
 */
public final class BytePath implements Comparable<BytePath> {
  public static final BytePath ROOT = new BytePath(List.of());

  private final List<ByteString> names;

  private BytePath(List<ByteString> names) {
    this.names = names;
  }

  /** Reads a path lexically; relative paths start at the root. */
  public static BytePath parse(ByteString raw) {
    List<ByteString> names = new ArrayList<>();
    int from = 0;
    while (from < raw.length()) {
      int slash = raw.indexOf('/', from);
      int to = slash < 0 ? raw.length() : slash;
      ByteString name = raw.substring(from, to);
      if (name.equalsAscii("..")) {
        if (!names.isEmpty()) {
          names.remove(names.size() - 1);
        }
      } else if (!name.isEmpty() && !name.equalsAscii(".")) {
        names.add(name);
      }
      from = to + 1;
    }
    return names.isEmpty() ? ROOT : new BytePath(List.copyOf(names));
  }

  /** Reads the UTF-8 form of {@code raw}. */
  public static BytePath parse(String raw) {
    return parse(ByteString.of(raw));
  }

  public static BytePath of(List<ByteString> names) {
    return names.isEmpty() ? ROOT : new BytePath(List.copyOf(names));
  }

  public boolean isRoot() {
    return names.isEmpty();
  }

  /** The components from the root down; empty for the root. */
  public List<ByteString> names() {
    return names;
  }

  /** The last component; the root has none. */
  public ByteString name() {
    if (names.isEmpty()) {
      throw new IllegalStateException("the root has no name");
    }
    return names.get(names.size() - 1);
  }

  /** The containing directory; the root's is the root, as for {@code ..}. */
  public BytePath parent() {
    return names.size() <= 1 ? ROOT : new BytePath(names.subList(0, names.size() - 1));
  }

  /** The path of the entry {@code name} in this directory; {@code name} holds no slash. */
  public BytePath child(ByteString name) {
    if (name.isEmpty()
        || name.indexOf('/') >= 0
        || name.equalsAscii(".")
        || name.equalsAscii("..")) {
      throw new IllegalArgumentException("not a file name: " + name);
    }
    List<ByteString> longer = new ArrayList<>(names.size() + 1);
    longer.addAll(names);
    longer.add(name);
    return new BytePath(List.copyOf(longer));
  }

  /** {@code raw} seen from this directory: absolute as it is, relative below this path. */
  public BytePath resolve(ByteString raw) {
    return raw.startsWith("/") || names.isEmpty()
        ? parse(raw)
        : parse(toByteString().concat(ByteString.of("/")).concat(raw));
  }

  public boolean startsWith(BytePath ancestor) {
    return names.size() >= ancestor.names.size()
        && names.subList(0, ancestor.names.size()).equals(ancestor.names);
  }

  /** The form with a leading slash. */
  public ByteString toByteString() {
    return names.isEmpty() ? ByteString.of("/") : ByteString.of("/").concat(relative());
  }

  /** The form without a leading slash, as in a tar; empty for the root. */
  public ByteString relative() {
    int length = Math.max(0, names.size() - 1);
    for (ByteString name : names) {
      length += name.length();
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (ByteString name : names) {
      if (at > 0) {
        bytes[at++] = '/';
      }
      name.copyTo(bytes, at);
      at += name.length();
    }
    return ByteString.of(bytes);
  }

  /** Component by component in byte order: a directory comes directly before what it holds. */
  @Override
  public int compareTo(BytePath other) {
    int common = Math.min(names.size(), other.names.size());
    for (int i = 0; i < common; i++) {
      int order = names.get(i).compareTo(other.names.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(names.size(), other.names.size());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BytePath that && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  /** For people, as {@link ByteString#toString}. */
  @Override
  public String toString() {
    return toByteString().toString();
  }
}
