package jbuild.fs.iso9660;

import java.nio.ByteBuffer;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * One record of a directory: a file, or one section of it (ECMA 9.1). Positions and lengths in
 * bytes, block numbers turned into positions.
 *
 * <pre>
 *  0 u8        length of the record
 *  1 u8        length of the extended attribute record in front of the data, in blocks
 *  2 u32 both  first block
 * 10 u32 both  data length
 * 18 7 bytes   date
 * 25 u8        flags
 * 26 u8        file unit size   \ of interleaved files, else zero
 * 27 u8        interleave gap   /
 * 28 u16 both  volume
 * 32 u8        length of the identifier
 * 33           identifier, a zero byte if its length is even, system use
 * </pre>
 *
 * @param position of the record in the image
 * @param extent where the data begins in the image
 * @param identifier as recorded; a byte 0 or 1 for the directory itself and its parent
 * @param systemUse what the record has left for extensions
 */
record DirectoryRecord(
    long position,
    long extent,
    long length,
    Timestamp time,
    int flags,
    boolean interleaved,
    ByteString identifier,
    ByteBuffer systemUse,
    long systemUsePosition) {
  /** Of the shortest record, which is also the size of the root's in a volume descriptor. */
  static final int LEAST_BYTES = 34;

  static final int MOST_BYTES = 255;

  private static final int DIRECTORY = 2;
  private static final int ASSOCIATED = 4;
  private static final int MULTI_EXTENT = 0x80;

  private static final ByteString SELF = ByteString.of(new byte[] {0});
  private static final ByteString PARENT = ByteString.of(new byte[] {1});

  /** Reads a record that ends where {@code r} does. */
  static DirectoryRecord read(ByteReader r, int blockSize) throws CorruptInputException {
    long position = r.position();
    r.skip("length", 1);
    int attributeBlocks = r.u8("extended attribute record length");
    long block = BothEndian.u32(r, "location of extent");
    long length = BothEndian.u32(r, "data length");
    Timestamp time = Timestamp.readShort(r);
    int flags = r.u8("flags");
    int unitSize = r.u8("file unit size");
    int gap = r.u8("interleave gap size");
    r.skip("volume sequence number", 4);
    int identifierLength = r.u8("length of file identifier");
    if (identifierLength == 0) {
      throw r.corrupt("file identifier is empty");
    }
    ByteString identifier = r.string("file identifier", identifierLength);
    // The padding is left out by some writers when nothing follows.
    r.skip("padding", Math.min(r.remaining(), 1 - identifierLength % 2));
    long systemUsePosition = r.position();
    byte[] systemUse = r.bytes("system use", r.remaining());
    return new DirectoryRecord(
        position,
        (block + attributeBlocks) * blockSize,
        length,
        time,
        flags,
        unitSize != 0 || gap != 0,
        identifier,
        ByteBuffer.wrap(systemUse),
        systemUsePosition);
  }

  boolean isDirectory() {
    return (flags & DIRECTORY) != 0;
  }

  /** Whether this is the resource fork or the like of the file whose record follows. */
  boolean isAssociated() {
    return (flags & ASSOCIATED) != 0;
  }

  /** Whether the file goes on in the next record. */
  boolean hasMoreSections() {
    return (flags & MULTI_EXTENT) != 0;
  }

  boolean isSelf() {
    return identifier.equals(SELF);
  }

  boolean isParent() {
    return identifier.equals(PARENT);
  }
}
