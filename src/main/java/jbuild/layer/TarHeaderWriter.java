package jbuild.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jbuild.io.ByteString;

/**
 * Assembles the 512-byte ustar header and, where ustar cannot say it, the PAX records before it.
 * One instance serves a whole archive and reuses its buffers.
 */
final class TarHeaderWriter {
  /** The largest numbers that octal digits and a NUL hold in fields of 8 and 12 bytes. */
  private static final long MAX_8 = 07777777;

  private static final long MAX_12 = 077777777777L;
  private static final int NAME = 100;

  /** What a file with holes is called for readers that do not know of them, and see its map. */
  private static final byte[] SPARSE_NAME = "GNUSparseFile.0/".getBytes(StandardCharsets.US_ASCII);

  /** What extended headers are called; only readers without PAX ever see it. */
  private static final byte[] PAX_NAME = {'P', 'a', 'x', 'H', 'e', 'a', 'd', 'e', 'r', 's', '/'};

  private final byte[] block = new byte[TarHeader.BLOCK];
  private final PaxRecordWriter pax = new PaxRecordWriter();

  /** The block made last. */
  byte[] block() {
    return block;
  }

  /** The records that must stand before the entry; empty when ustar says everything. */
  PaxRecordWriter paxRecords(
      byte[] path, int pathLength, ByteString link, long size, Attributes attributes) {
    return paxRecords(path, pathLength, link, size, -1, attributes);
  }

  /**
   * As above for a file with holes, {@code realSize} bytes long, of which {@code size} bytes
   * follow: version 1.0 of GNU tar's sparse format. Its name and length are records of their own,
   * so that a reader that does not know them gets a file of another name.
   */
  PaxRecordWriter paxRecords(
      byte[] path,
      int pathLength,
      ByteString link,
      long size,
      long realSize,
      Attributes attributes) {
    pax.reset();
    if (realSize >= 0) {
      pax.record("GNU.sparse.major", "1");
      pax.record("GNU.sparse.minor", "0");
      pax.record("GNU.sparse.name", path, pathLength);
      pax.record("GNU.sparse.realsize", Long.toString(realSize));
    }
    pax.xattrs(attributes.xattrs());
    boolean longPath = pathLength > NAME;
    boolean longLink = link.length() > NAME;
    number("gid", Integer.toUnsignedLong(attributes.gid()), MAX_8);
    if ((longPath && !Utf8.isValid(path, pathLength)) || (longLink && !Utf8.isValid(link))) {
      pax.record("hdrcharset", "BINARY");
    }
    if (longLink) {
      pax.record("linkpath", link);
    }
    long seconds = attributes.mtimeSeconds();
    if (attributes.mtimeNanos() != 0 || seconds < 0 || seconds > MAX_12) {
      pax.record("mtime", PaxTime.format(seconds, attributes.mtimeNanos()));
    }
    if (longPath && realSize < 0) {
      pax.record("path", path, pathLength);
    }
    number("size", size, MAX_12);
    number("uid", Integer.toUnsignedLong(attributes.uid()), MAX_8);
    return pax;
  }

  private void number(String key, long value, long max) {
    if (value > max) {
      pax.record(key, Long.toString(value));
    }
  }

  /** Makes the header of an entry; what does not fit is 0 or cut off and stands in the records. */
  void entry(
      byte[] path,
      int pathLength,
      char typeflag,
      ByteString link,
      long size,
      Attributes attributes,
      int major,
      int minor) {
    clear();
    System.arraycopy(path, 0, block, 0, Math.min(pathLength, NAME));
    octal(100, 8, attributes.mode());
    octal(108, 8, fitting(Integer.toUnsignedLong(attributes.uid()), MAX_8));
    octal(116, 8, fitting(Integer.toUnsignedLong(attributes.gid()), MAX_8));
    octal(124, 12, fitting(size, MAX_12));
    octal(136, 12, fitting(attributes.mtimeSeconds(), MAX_12));
    block[156] = (byte) typeflag;
    (link.length() > NAME ? link.substring(0, NAME) : link).copyTo(block, 157);
    if (typeflag == '3' || typeflag == '4') {
      octal(329, 8, major);
      octal(337, 8, minor);
    }
    checksum();
  }

  /** Makes the header of the extended header that holds {@code length} bytes of records. */
  void extended(byte[] path, int pathLength, int length) {
    clear();
    int name = path[pathLength - 1] == '/' ? pathLength - 1 : pathLength;
    System.arraycopy(PAX_NAME, 0, block, 0, PAX_NAME.length);
    System.arraycopy(path, 0, block, PAX_NAME.length, Math.min(name, NAME - PAX_NAME.length));
    octal(100, 8, 0644);
    octal(108, 8, 0);
    octal(116, 8, 0);
    octal(124, 12, length);
    octal(136, 12, 0);
    block[156] = TarHeader.PAX;
    checksum();
  }

  /** Makes the header of a file with holes, whose real name stands in the records. */
  void sparseEntry(byte[] path, int pathLength, long size, Attributes attributes) {
    byte[] name = Arrays.copyOf(SPARSE_NAME, SPARSE_NAME.length + pathLength);
    System.arraycopy(path, 0, name, SPARSE_NAME.length, pathLength);
    entry(name, name.length, '0', ByteString.EMPTY, size, attributes, 0, 0);
  }

  private static long fitting(long value, long max) {
    return value < 0 || value > max ? 0 : value;
  }

  private void clear() {
    Arrays.fill(block, (byte) 0);
    block[257] = 'u';
    block[258] = 's';
    block[259] = 't';
    block[260] = 'a';
    block[261] = 'r';
    block[263] = '0';
    block[264] = '0';
  }

  private void octal(int at, int length, long value) {
    long rest = value;
    for (int i = at + length - 2; i >= at; i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
  }

  private void checksum() {
    int sum = 8 * ' ';
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(148, 7, sum); // six digits, NUL, blank: as every tar writes it
    block[155] = ' ';
  }
}
