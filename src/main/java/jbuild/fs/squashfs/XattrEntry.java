package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;

/**
 * An extended attribute: {@code struct squashfs_xattr_entry} with the name less its prefix, and
 * {@code struct squashfs_xattr_val} with the value.
 *
 * <pre>
 *  0 u16 type   of the prefix: 0 user. 1 trusted. 2 security.; 0x100: the value is elsewhere
 *  2 u16 size   of the name
 *  4     name
 *
 *  0 u32 vsize
 *  4     value  or the reference, 8 bytes, of a vsize and a value
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
record XattrEntry(ByteString name, byte[] value) {
  private static final int NAME_HEADER_BYTES = 4;
  private static final int VALUE_HEADER_BYTES = 4;
  private static final int REFERENCE_BYTES = 8;
  private static final int OUT_OF_LINE = 0x100;

  /** XATTR_NAME_MAX and XATTR_SIZE_MAX: more cannot be asked of the kernel. */
  private static final int MAX_NAME = 255;

  private static final int MAX_VALUE = 64 << 10;

  private static final ByteString USER = ByteString.of("user.");
  private static final ByteString TRUSTED = ByteString.of("trusted.");
  private static final ByteString SECURITY = ByteString.of("security.");

  /** Reads the next attribute of {@code table}. */
  static XattrEntry read(MetadataTable table, MetadataCursor cursor) throws IOException {
    ByteReader in = cursor.read(NAME_HEADER_BYTES);
    int type = in.u16("type");
    ByteString prefix = prefix(in, type & ~OUT_OF_LINE);
    int length = in.u16("size", 1, MAX_NAME - prefix.length());
    ByteReader nameReader = cursor.read(length);
    ByteString name = nameReader.string("name", length);
    if (name.indexOf('\0') >= 0) {
      throw nameReader.corrupt("not a name of an extended attribute: " + name);
    }
    boolean outOfLine = (type & OUT_OF_LINE) != 0;
    return new XattrEntry(
        prefix.concat(name), outOfLine ? outOfLine(table, cursor) : value(cursor));
  }

  private static ByteString prefix(ByteReader in, int type) throws IOException {
    return switch (type) {
      case 0 -> USER;
      case 1 -> TRUSTED;
      case 2 -> SECURITY;
      default -> throw in.corrupt("xattr type " + type + " is unknown");
    };
  }

  private static byte[] value(MetadataCursor cursor) throws IOException {
    int size = (int) cursor.read(VALUE_HEADER_BYTES).u32("vsize", 0, MAX_VALUE);
    return size == 0 ? new byte[0] : cursor.read(size).bytes("value", size);
  }

  private static byte[] outOfLine(MetadataTable table, MetadataCursor cursor) throws IOException {
    cursor.read(VALUE_HEADER_BYTES).u32("vsize", REFERENCE_BYTES, REFERENCE_BYTES);
    return value(table.at(cursor.read(REFERENCE_BYTES).s64("value")));
  }
}
