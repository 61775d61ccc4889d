package jbuild.fs.ext4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * A POSIX ACL as ext4 stores it: version 1, and ids only where they say something.
 *
 * <pre>
 * 0 u32 a_version  1             a_version  2
 * 4 u16 e_tag                    e_tag
 * 6 u16 e_perm                   e_perm
 * 8 u32 e_id       of named      e_id       0xffffffff where it says nothing
 * </pre>
 *
 * On the right: as getxattr(2) gives it.
 */
final class PosixAcl {
  private static final int STORED_VERSION = 1;
  private static final int XATTR_VERSION = 2;
  private static final int XATTR_ENTRY_BYTES = 8;
  private static final int SHORT_ENTRY_BYTES = 4;
  private static final int USER = 0x02;
  private static final int GROUP = 0x08;
  private static final int UNDEFINED_ID = -1;

  private PosixAcl() {}

  static byte[] toXattr(ByteReader stored) throws CorruptInputException {
    stored.expect(STORED_VERSION, "a_version");
    int most = stored.remaining() / SHORT_ENTRY_BYTES;
    ByteBuffer acl =
        ByteBuffer.allocate(4 + most * XATTR_ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    acl.putInt(XATTR_VERSION);
    while (stored.remaining() > 0) {
      int tag = stored.u16("e_tag");
      acl.putShort((short) tag).putShort((short) stored.u16("e_perm"));
      acl.putInt(tag == USER || tag == GROUP ? stored.s32("e_id") : UNDEFINED_ID);
    }
    byte[] bytes = new byte[acl.position()];
    acl.get(0, bytes);
    return bytes;
  }
}
