package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * {@code struct squashfs_xattr_id}, 16 bytes: the attributes that one or more inodes have.
 *
 * <pre>
 *  0 u64 xattr   reference of the first one
 *  8 u32 count
 * 12 u32 size    of all their names, for listxattr(2)
 * </pre>
 */
record XattrId(long reference, long count) {
  static final int ENTRY_BYTES = 16;

  static XattrId read(ByteReader in) throws IOException {
    return new XattrId(in.s64("xattr"), in.u32("count"));
  }
}
