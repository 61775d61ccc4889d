package jbuild.fs.iso9660;

import org.jspecify.annotations.Nullable;

/**
 * What stat(2) tells about an inode of any type.
 *
 * <p>Inode numbers: the lowest two bits say what the rest is. A directory has the position of its
 * extent, for it can be reached from its placeholder and from its parent. Other files have the
 * position of their directory record, unless several records say that they are one: the same serial
 * number other than zero, more than one link, and the same first extent. (Serial numbers alone
 * would not do: not all writers count.)
 *
 * @param record position of the directory record
 */
record Stat(
    long number, int mode, int uid, int gid, Timestamp modified, long record, boolean hasXattrs) {
  /** Linux: all may read and execute what has no permissions recorded. */
  private static final int DEFAULT_MODE = 0555;

  private static final int TAG_BITS = 2;
  private static final long RECORD_TAG = 1;
  private static final long LINKED = Long.MIN_VALUE;
  private static final int SERIAL_BITS = 31;

  static Stat of(IsoVolume volume, DirectoryRecord record, RockRidge rockRidge) {
    PosixAttributes attributes = rockRidge.attributes();
    Timestamp modified = rockRidge.modified();
    boolean known = attributes != null;
    return new Stat(
        number(volume, record, attributes),
        known ? attributes.mode() & 07777 : DEFAULT_MODE,
        known ? attributes.uid() : 0,
        known ? attributes.gid() : 0,
        modified == null ? record.time() : modified,
        record.position(),
        rockRidge.hasXattrs());
  }

  private static long number(
      IsoVolume volume, DirectoryRecord record, @Nullable PosixAttributes attributes) {
    if (record.isDirectory()) {
      return record.extent() << TAG_BITS;
    }
    if (attributes == null || attributes.links() < 2 || attributes.serial() == 0) {
      return record.position() << TAG_BITS | RECORD_TAG;
    }
    long block = record.extent() / volume.blockSize();
    return LINKED | block << SERIAL_BITS | attributes.serial() & ((1L << SERIAL_BITS) - 1);
  }
}
