package jbuild.fs.iso9660;

import java.io.ByteArrayOutputStream;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * The name that the NM entries of a record give together (RRIP 4.1.4): flags, then bytes. Those
 * flagged as the directory itself or its parent have no bytes of interest.
 */
final class AlternateName {
  private static final int CURRENT = 2;
  private static final int PARENT = 4;

  private final ByteArrayOutputStream name = new ByteArrayOutputStream(32);

  void add(ByteReader r) throws CorruptInputException {
    int flags = r.u8("NM flags");
    if ((flags & (CURRENT | PARENT)) == 0) {
      name.writeBytes(r.bytes("NM name", r.remaining()));
    }
  }

  /** Empty when there is none. */
  ByteString toName() {
    return ByteString.of(name.toByteArray());
  }
}
