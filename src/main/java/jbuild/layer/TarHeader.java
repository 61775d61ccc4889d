package jbuild.layer;

import jbuild.io.ByteString;

/**
 * One 512-byte header block, read field by field. Layouts: POSIX ustar (pax(1), "ustar Interchange
 * Format"), GNU (tar.h, {@code struct posix_header} and {@code struct oldgnu_header}), v7 and star.
 */
final class TarHeader {
  static final int BLOCK = 512;

  /** Typeflags of members that describe the member after them. */
  static final char PAX = 'x';

  static final char PAX_SOLARIS = 'X';
  static final char PAX_GLOBAL = 'g';
  static final char GNU_LONG_NAME = 'L';
  static final char GNU_LONG_LINK = 'K';

  /** A file with holes in GNU's old form. */
  static final char GNU_SPARSE = 'S';

  private static final int CHECKSUM = 148;

  private final byte[] block;

  TarHeader(byte[] block) {
    this.block = block;
  }

  boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the sum of all bytes, with the checksum's own as blanks, is the recorded one. Some old
   * tars summed signed bytes.
   */
  boolean checksumIsRight() {
    int unsigned = 8 * ' ';
    int negative = 0;
    for (int i = 0; i < BLOCK; i++) {
      unsigned += block[i] & 0xff;
      negative -= block[i] >> 7;
    }
    for (int i = CHECKSUM; i < CHECKSUM + 8; i++) {
      unsigned -= block[i] & 0xff;
      negative += block[i] >> 7;
    }
    try {
      long recorded = number(CHECKSUM, 8, "checksum");
      return recorded == unsigned || recorded == unsigned - 256L * negative;
    } catch (TarFieldException notANumber) {
      return false;
    }
  }

  char typeflag() {
    return (char) (block[156] & 0xff);
  }

  /** The ustar prefix and name; GNU headers keep times where the prefix would be. */
  ByteString name() {
    ByteString name = string(0, 100);
    if (!isUstar()) {
      return name;
    }
    ByteString prefix = string(345, isStar() ? 131 : 155);
    return prefix.isEmpty() ? name : prefix.concat(ByteString.of("/")).concat(name);
  }

  ByteString link() {
    return string(157, 100);
  }

  /** Permission bits; old tars put the file type above them. */
  int mode() throws TarFieldException {
    return (int) (number(100, 8, "mode") & 07777);
  }

  long uid() throws TarFieldException {
    return number(108, 8, "uid");
  }

  long gid() throws TarFieldException {
    return number(116, 8, "gid");
  }

  long size() throws TarFieldException {
    return number(124, 12, "size");
  }

  long mtime() throws TarFieldException {
    return number(136, 12, "mtime");
  }

  long deviceMajor() throws TarFieldException {
    return number(329, 8, "devmajor");
  }

  long deviceMinor() throws TarFieldException {
    return number(337, 8, "devminor");
  }

  /** GNU_SPARSE: the size with all holes. */
  long sparseRealSize() throws TarFieldException {
    return number(483, 12, "real size");
  }

  /**
   * Adds the islands listed in a GNU_SPARSE header; true when a block with more of them follows.
   */
  boolean sparseIslands(SparseMap map) throws TarFieldException {
    islands(map, 386, 4);
    return block[482] != 0;
  }

  /** The same for a block after it. */
  boolean moreSparseIslands(SparseMap map) throws TarFieldException {
    islands(map, 0, 21);
    return block[504] != 0;
  }

  private void islands(SparseMap map, int at, int count) throws TarFieldException {
    for (int i = 0; i < count && block[at + 24 * i + 12] != 0; i++) {
      int island = at + 24 * i;
      map.add(
          number(island, 12, "offset of an island"), number(island + 12, 12, "size of an island"));
    }
  }

  private boolean isUstar() {
    // "ustar\0" is POSIX, "ustar " GNU
    return string(257, 5).equalsAscii("ustar") && block[262] == 0;
  }

  private boolean isStar() {
    return string(508, 4).equalsAscii("tar");
  }

  private ByteString string(int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return ByteString.of(block, at, end - at);
  }

  /** Octal digits between blanks, or GNU's base 256 when the first bit is set. */
  private long number(int at, int length, String field) throws TarFieldException {
    return (block[at] & 0x80) != 0 ? base256(at, length, field) : octal(at, at + length, field);
  }

  private long base256(int at, int length, String field) throws TarFieldException {
    // the first byte gives its low six bits, and its 0x40 the sign
    long value = (block[at] & 0x40) != 0 ? -1 : 0;
    value = value << 6 | (block[at] & 0x3f);
    for (int i = 1; i < length; i++) {
      if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) {
        throw new TarFieldException(field + " needs more than 64 bits");
      }
      value = value << 8 | (block[at + i] & 0xff);
    }
    return value;
  }

  private long octal(int from, int to, String field) throws TarFieldException {
    int at = from;
    while (at < to && isBlank(block[at])) {
      at++;
    }
    long value = 0;
    while (at < to && block[at] >= '0' && block[at] <= '7') {
      value = value << 3 | (block[at++] - '0'); // at most 12 digits, 36 bits
    }
    if (at < to && !isBlank(block[at])) {
      throw new TarFieldException(field + " is not an octal number");
    }
    return value;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == 0;
  }
}
