package jbuild.fs.erofs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What the names of extended attributes begin with: the prefixes that Linux numbers, and those that
 * an image adds. The latter are a table of {@code struct erofs_xattr_long_prefix}, each on a
 * multiple of 4:
 *
 * <pre>
 *  0 u16 size        of what follows, 1 to 256
 *  2 u8  base_index  a prefix that Linux numbers
 *  3     infix       what comes between it and the rest of the name
 * </pre>
 *
 * @param added in the order of the table, empty for those that Linux does not show
 */
record XattrPrefixes(List<ByteString> added) {
  static final XattrPrefixes NONE = new XattrPrefixes(List.of());

  /** EROFS_XATTR_LONG_PREFIX: the number is one of the image's. */
  private static final int ADDED_BIT = 0x80;

  private static final int ALIGNMENT = 4;
  private static final int MAX_BYTES = 256;

  XattrPrefixes {
    added = List.copyOf(added);
  }

  /** Reads {@code count} prefixes, at most 255, from {@code position} on. */
  static XattrPrefixes read(String label, ByteSource source, long position, int count)
      throws IOException {
    List<ByteString> added = new ArrayList<>(count);
    long at = position;
    for (int i = 0; i < count; i++) {
      int size = ByteReader.of(label, source, at, 2).u16("size", 1, MAX_BYTES);
      ByteReader item = ByteReader.of(label, source, at + 2, size);
      XattrBlock.Prefix base = XattrBlock.Prefix.of(item.u8("base_index"));
      ByteString infix = item.string("infix", size - 1);
      added.add(base == null || base.whole() ? ByteString.EMPTY : base.text().concat(infix));
      at = ImageLayout.align(at + 2 + size, ALIGNMENT);
    }
    return new XattrPrefixes(added);
  }

  /**
   * The prefix of that number, null when Linux does not show names that begin with it.
   *
   * @param restLength how many bytes of the name follow
   */
  @Nullable ByteString find(int index, int restLength) {
    if ((index & ADDED_BIT) != 0) {
      int number = index & ~ADDED_BIT;
      boolean known = number < added.size() && !added.get(number).isEmpty();
      return known ? added.get(number) : null;
    }
    XattrBlock.Prefix prefix = XattrBlock.Prefix.of(index);
    return prefix != null && prefix.whole() == (restLength == 0) ? prefix.text() : null;
  }
}
