package jbuild.fs.iso9660;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/**
 * TF (RRIP 4.1.6): flags that say which times follow and in which of their two forms, in the order
 * of the flags.
 *
 * @param modified null when it is not recorded
 */
record FileTimes(@Nullable Timestamp modified) {
  private static final int CREATION = 1;
  private static final int MODIFY = 2;
  private static final int LONG_FORM = 0x80;

  static FileTimes read(ByteReader r) throws CorruptInputException {
    int flags = r.u8("TF flags");
    if ((flags & MODIFY) == 0) {
      return new FileTimes(null);
    }
    boolean isLong = (flags & LONG_FORM) != 0;
    if ((flags & CREATION) != 0) {
      read(r, isLong);
    }
    return new FileTimes(read(r, isLong));
  }

  private static Timestamp read(ByteReader r, boolean isLong) throws CorruptInputException {
    return isLong ? Timestamp.readLong(r) : Timestamp.readShort(r);
  }
}
