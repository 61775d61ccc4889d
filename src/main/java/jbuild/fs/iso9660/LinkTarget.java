package jbuild.fs.iso9660;

import java.io.ByteArrayOutputStream;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * The target that the SL entries of a symbolic link give together (RRIP 4.1.3): flags, then
 * components of flags, length and bytes. A component may go on in the next one, there or in the
 * next entry; between components that are complete there is a slash.
 */
final class LinkTarget {
  /** PATH_MAX of Linux, the final zero byte included. */
  private static final int MOST_BYTES = 4096;

  private static final int CONTINUES = 1;
  private static final int CURRENT = 2;
  private static final int PARENT = 4;
  private static final int ROOT = 8;

  /** The root of the volume; a reader that mounts nothing has but one root. */
  private static final int VOLUME_ROOT = 16;

  private final ByteArrayOutputStream target = new ByteArrayOutputStream(32);
  private boolean slashIsDue;

  void add(ByteReader r) throws CorruptInputException {
    r.skip("SL flags", 1);
    while (r.remaining() > 1) {
      int flags = r.u8("SL component flags");
      int length = r.u8("SL component length");
      byte[] text = r.bytes("SL component", length);
      component(r, flags, text);
      if (target.size() >= MOST_BYTES) {
        throw r.corrupt("symbolic link is longer than " + (MOST_BYTES - 1) + " bytes");
      }
    }
  }

  private void component(ByteReader r, int flags, byte[] text) throws CorruptInputException {
    if (slashIsDue) {
      target.write('/');
    }
    slashIsDue = (flags & CONTINUES) == 0;
    switch (flags & ~CONTINUES) {
      case 0 -> target.writeBytes(text);
      case CURRENT -> target.write('.');
      case PARENT -> target.writeBytes(new byte[] {'.', '.'});
      case ROOT, VOLUME_ROOT -> {
        target.write('/');
        slashIsDue = false;
      }
      default -> throw r.corrupt("SL component flags are 0x" + Integer.toHexString(flags));
    }
  }

  /** Empty when there is none. */
  ByteString toTarget() {
    return ByteString.of(target.toByteArray());
  }
}
