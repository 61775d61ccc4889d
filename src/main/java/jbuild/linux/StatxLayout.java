package jbuild.linux;

/** struct statx, include/uapi/linux/stat.h: the same on every architecture, unlike struct stat. */
final class StatxLayout {
  /** STATX_BASIC_STATS: what stat(2) gives. */
  static final int BASIC_STATS = 0x7ff;

  private StatxLayout() {}

  static FileStat read(Scratch from) {
    return new FileStat(
        Integer.toUnsignedLong(from.resultInt(136)) << 32
            | Integer.toUnsignedLong(from.resultInt(140)), // stx_dev_major, stx_dev_minor
        from.resultLong(32), // stx_ino
        from.resultShort(28), // stx_mode
        from.resultInt(16), // stx_nlink
        from.resultInt(20), // stx_uid
        from.resultInt(24), // stx_gid
        from.resultInt(128), // stx_rdev_major
        from.resultInt(132), // stx_rdev_minor
        from.resultLong(40), // stx_size
        from.resultLong(112), // stx_mtime.tv_sec
        from.resultInt(120), // stx_mtime.tv_nsec
        from.resultLong(96), // stx_ctime.tv_sec
        from.resultInt(104), // stx_ctime.tv_nsec
        from.resultLong(48)); // stx_blocks
  }
}
