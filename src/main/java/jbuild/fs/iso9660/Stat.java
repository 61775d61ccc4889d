package jbuild.fs.iso9660;

/**
 * What stat(2) tells about an inode of any type.
 *
 * <p>Inode numbers: a directory has the position of its extent, for it can be reached from its
 * placeholder and from its parent. Other files have the position of their directory record, with a
 * bit that keeps the two apart, unless several records say that they are one: the same serial
 * number other than zero, more than one link, and the same first extent; their numbers are the
 * negative ones. (Serial numbers alone would not do: not all writers count.)
 *
 * @param xattrs position of the directory record that has the extended attributes, or {@link
 *     #NO_XATTRS}
 */
record Stat(long number, int mode, int uid, int gid, Timestamp modified, long xattrs) {
  static final long NO_XATTRS = -1;

  /** Linux: all may read and execute what has no permissions recorded. */
  private static final int DEFAULT_MODE = 0555;

  private static final int TAG_BITS = 2;
  private static final long RECORD_TAG = 1;
  private static final long LINKED = Long.MIN_VALUE;
  private static final int SERIAL_BITS = 31;

  static Stat of(IsoVolume volume, DirectoryRecord record, RockRidge rockRidge) {
    PosixAttributes attributes = rockRidge.attributes();
    Timestamp modified = rockRidge.modified();
    long xattrs = rockRidge.hasXattrs() ? record.position() : NO_XATTRS;
    Timestamp time = modified == null ? record.time() : modified;
    if (attributes == null) {
      return new Stat(number(record), DEFAULT_MODE, 0, 0, time, xattrs);
    }
    return new Stat(
        number(volume, record, attributes),
        attributes.mode() & 07777,
        attributes.uid(),
        attributes.gid(),
        time,
        xattrs);
  }

  /** The same with the extended attributes that another record may have. */
  Stat withXattrsOf(DirectoryRecord record, RockRidge rockRidge) {
    return rockRidge.hasXattrs()
        ? new Stat(number, mode, uid, gid, modified, record.position())
        : this;
  }

  private static long number(DirectoryRecord record) {
    return record.isDirectory()
        ? record.extent() << TAG_BITS
        : (record.position() << TAG_BITS) | RECORD_TAG;
  }

  private static long number(IsoVolume volume, DirectoryRecord record, PosixAttributes attributes) {
    if (record.isDirectory() || attributes.links() < 2 || attributes.serial() == 0) {
      return number(record);
    }
    long block = record.extent() / volume.blockSize();
    return LINKED | (block << SERIAL_BITS) | (attributes.serial() & ((1L << SERIAL_BITS) - 1));
  }
}
