package jbuild.fs.erofs;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The extended attributes between an inode and its data: {@code struct erofs_xattr_ibody_header} of
 * 12 zero bytes (no name filter, no shared attributes), then entries in the order of their names,
 * each padded to 4 bytes:
 *
 * <pre>
 *  0 u8  e_name_len    without prefix
 *  1 u8  e_name_index  which prefix
 *  2 u16 e_value_size
 *  4     name, value, zeros up to a multiple of 4
 * </pre>
 *
 * The inode's i_xattr_icount is 0 without attributes, else 1 + the bytes behind the header / 4.
 */
final class XattrBlock {
  static final int HEADER_BYTES = 12;
  static final int ENTRY_BYTES = 4;
  private static final int MAX_BYTES = HEADER_BYTES + 4 * (0xffff - 1);
  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 0xffff;

  private XattrBlock() {}

  /**
   * A prefix that EROFS knows, EROFS_XATTR_INDEX_*; 5 (lustre) is not in use.
   *
   * @param whole whether the prefix is the whole name
   */
  record Prefix(int index, ByteString text, boolean whole) {
    private static final Prefix[] ALL = {
      new Prefix(1, ByteString.of("user."), false),
      new Prefix(2, ByteString.of("system.posix_acl_access"), true),
      new Prefix(3, ByteString.of("system.posix_acl_default"), true),
      new Prefix(4, ByteString.of("trusted."), false),
      new Prefix(6, ByteString.of("security."), false),
    };

    static @Nullable Prefix of(ByteString name) {
      for (Prefix prefix : ALL) {
        int rest = name.length() - prefix.text.length();
        boolean fits = prefix.whole ? rest == 0 : rest > 0 && rest <= MAX_NAME;
        if (fits && name.startsWith(prefix.text)) {
          return prefix;
        }
      }
      return null;
    }

    /** The prefix of that number, null when Linux does not know it. */
    static @Nullable Prefix of(int index) {
      for (Prefix prefix : ALL) {
        if (prefix.index == index) {
          return prefix;
        }
      }
      return null;
    }
  }

  static boolean stores(ByteString name, int valueLength) {
    return Prefix.of(name) != null && valueLength <= MAX_VALUE;
  }

  /** The bytes that {@code xattrs} need, header included; 0 when there is nothing to store. */
  static int size(SortedMap<ByteString, byte[]> xattrs) throws IOException {
    long size = 0;
    for (Map.Entry<ByteString, byte[]> xattr : xattrs.entrySet()) {
      Prefix prefix = prefixOf(xattr);
      if (prefix != null) {
        int suffix = xattr.getKey().length() - prefix.text.length();
        size += paddedEntry(suffix, xattr.getValue().length);
      }
    }
    if (size == 0) {
      return 0;
    }
    size += HEADER_BYTES;
    if (size > MAX_BYTES) {
      throw new ErofsLimitException(
          "write index: extended attributes of " + size + " bytes, at most " + MAX_BYTES + " fit");
    }
    return (int) size;
  }

  /** i_xattr_icount for a block of {@code size} bytes. */
  static int count(int size) {
    return size == 0 ? 0 : (size - HEADER_BYTES) / 4 + 1;
  }

  /** The reverse of {@link #count}. */
  static int sizeOf(int count) {
    return count == 0 ? 0 : HEADER_BYTES + 4 * (count - 1);
  }

  static void write(ImageOutput out, SortedMap<ByteString, byte[]> xattrs) throws IOException {
    if (size(xattrs) == 0) {
      return;
    }
    out.padTo(out.position() + HEADER_BYTES);
    for (Map.Entry<ByteString, byte[]> xattr : xattrs.entrySet()) {
      Prefix prefix = prefixOf(xattr);
      if (prefix != null) {
        ByteString suffix = xattr.getKey().substring(prefix.text.length());
        long end = out.position() + paddedEntry(suffix.length(), xattr.getValue().length);
        out.u8(suffix.length());
        out.u8(prefix.index);
        out.u16(xattr.getValue().length);
        out.bytes(suffix);
        out.bytes(xattr.getValue());
        out.padTo(end);
      }
    }
  }

  /** Reads a whole block. */
  static SortedMap<ByteString, byte[]> read(ByteReader block) throws IOException {
    if (block.remaining() == 0) {
      return Collections.emptySortedMap();
    }
    block.skip("h_name_filter", 4);
    if (block.u8("h_shared_count") != 0) {
      throw block.corrupt("shared extended attributes are not in use here");
    }
    block.skip("h_reserved2", 7);
    TreeMap<ByteString, byte[]> xattrs = new TreeMap<>();
    while (block.remaining() > 0) {
      int known = xattrs.size();
      readEntry(block, XattrPrefixes.NONE, xattrs);
      if (xattrs.size() == known) {
        throw block.corrupt("extended attribute has an unknown prefix, or is there twice");
      }
    }
    return xattrs;
  }

  /**
   * Reads an entry with its padding. Attributes that Linux does not show are left out, and of two
   * with one name the second, as getxattr(2) does.
   */
  static void readEntry(ByteReader in, XattrPrefixes prefixes, SortedMap<ByteString, byte[]> xattrs)
      throws IOException {
    int nameLength = in.u8("e_name_len");
    int index = in.u8("e_name_index");
    int valueSize = in.u16("e_value_size");
    ByteString prefix = prefixes.find(index, nameLength);
    if (prefix == null) {
      in.skip("e_name and value", nameLength + valueSize);
    } else {
      ByteString name = prefix.concat(in.string("e_name", nameLength));
      xattrs.putIfAbsent(name, in.bytes("value", valueSize));
    }
    int used = ENTRY_BYTES + nameLength + valueSize;
    in.skip("padding", Math.min(in.remaining(), paddedEntry(nameLength, valueSize) - used));
  }

  private static @Nullable Prefix prefixOf(Map.Entry<ByteString, byte[]> xattr) {
    return xattr.getValue().length > MAX_VALUE ? null : Prefix.of(xattr.getKey());
  }

  private static int paddedEntry(int nameLength, int valueSize) {
    return (ENTRY_BYTES + nameLength + valueSize + 3) & ~3;
  }
}
