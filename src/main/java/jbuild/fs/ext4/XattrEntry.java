package jbuild.fs.ext4;

import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct ext4_xattr_entry}: 16 bytes and the name without its prefix, padded to 4 bytes.
 *
 * <pre>
 *  0 u8  e_name_len
 *  1 u8  e_name_index   which prefix
 *  2 u16 e_value_offs
 *  4 u32 e_value_inum   the inode whose content is the value, or 0
 *  8 u32 e_value_size
 * 12 u32 e_hash
 * 16     e_name
 * </pre>
 *
 * @param prefix e_name_index
 * @param valueOffset from the start of the block, or from the first entry of an inode's body
 */
record XattrEntry(int prefix, ByteString suffix, int valueOffset, long valueInode, long valueSize) {
  static final int SYSTEM = 7;
  static final ByteString INLINE_DATA = ByteString.of("data");

  private static final int ACL_ACCESS = 2;
  private static final int ACL_DEFAULT = 3;
  private static final int RICHACL = 8;

  /** The entry at {@code in}, or null at the list's end: four zeros. */
  static @Nullable XattrEntry read(ByteReader in) throws CorruptInputException {
    int nameLength = in.u8("e_name_len");
    int prefix = in.u8("e_name_index");
    int valueOffset = in.u16("e_value_offs");
    if (nameLength == 0 && prefix == 0 && valueOffset == 0) {
      return null;
    }
    long valueInode = in.u32("e_value_inum");
    long valueSize = in.u32("e_value_size");
    in.skip("e_hash", 4);
    ByteString suffix = in.string("e_name", nameLength);
    in.skip("padding", -nameLength & 3);
    return new XattrEntry(prefix, suffix, valueOffset, valueInode, valueSize);
  }

  boolean isInlineData() {
    return prefix == SYSTEM && suffix.equals(INLINE_DATA);
  }

  boolean isAcl() {
    return prefix == ACL_ACCESS || prefix == ACL_DEFAULT;
  }

  /** Whether the prefix is the whole name. */
  private boolean isWhole() {
    return isAcl() || prefix == RICHACL;
  }

  /** The full name, null when its prefix is not known or does not fit it. */
  @Nullable ByteString name() {
    String text =
        switch (prefix) {
          case 1 -> "user.";
          case ACL_ACCESS -> "system.posix_acl_access";
          case ACL_DEFAULT -> "system.posix_acl_default";
          case 4 -> "trusted.";
          case 6 -> "security.";
          case SYSTEM -> "system.";
          case RICHACL -> "system.richacl";
          case 10 -> "gnu.";
          default -> null;
        };
    return text == null || isWhole() != suffix.isEmpty() || suffix.indexOf('\0') >= 0
        ? null
        : ByteString.of(text).concat(suffix);
  }
}
