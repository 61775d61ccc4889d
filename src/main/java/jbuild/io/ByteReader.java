package jbuild.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the fields of one on-disk structure in file order. Every read is checked against the
 * structure's end before anything is allocated, and every error names the input, the position in it
 * and the field. Little-endian unless {@link #bigEndian} was asked for. Not thread-safe.
 */
public final class ByteReader {
  private final String label;
  private final ByteBuffer bytes;
  private final long base;

  private ByteReader(String label, ByteBuffer bytes, long base) {
    this.label = label;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    this.base = base;
  }

  /**
   * A reader from the buffer's position to its limit; the buffer itself is not moved.
   *
   * @param base position in the file of the buffer's first byte
   */
  public static ByteReader of(String label, ByteBuffer bytes, long base) {
    return new ByteReader(label, bytes.slice(), base);
  }

  /** Reads {@code length} bytes at {@code offset} of {@code source} into memory. */
  public static ByteReader of(String label, ByteSource source, long offset, int length)
      throws IOException {
    long size = source.size();
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new CorruptInputException(
          label,
          offset,
          "needs " + length + " bytes, the input ends at 0x" + Long.toHexString(size));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    source.read(offset, bytes);
    return new ByteReader(label, bytes.flip(), offset);
  }

  public ByteReader bigEndian() {
    bytes.order(ByteOrder.BIG_ENDIAN);
    return this;
  }

  /** Position in the file of the next byte. */
  public long position() {
    return base + bytes.position();
  }

  /** Bytes left in this structure. */
  public int remaining() {
    return bytes.remaining();
  }

  /** Goes to {@code offset} from the structure's start. */
  public ByteReader seek(int offset) throws CorruptInputException {
    if (offset < 0 || offset > bytes.limit()) {
      throw corrupt("offset " + offset + " is outside of " + bytes.limit() + " bytes");
    }
    bytes.position(offset);
    return this;
  }

  public ByteReader skip(String field, int count) throws CorruptInputException {
    need(field, count);
    bytes.position(bytes.position() + count);
    return this;
  }

  public int u8(String field) throws CorruptInputException {
    need(field, 1);
    return bytes.get() & 0xff;
  }

  public int u16(String field) throws CorruptInputException {
    need(field, 2);
    return bytes.getShort() & 0xffff;
  }

  public int u16(String field, int least, int most) throws CorruptInputException {
    long at = position();
    return (int) inRange(at, field, u16(field), least, most);
  }

  public int s32(String field) throws CorruptInputException {
    need(field, 4);
    return bytes.getInt();
  }

  public long u32(String field) throws CorruptInputException {
    return s32(field) & 0xffff_ffffL;
  }

  public long u32(String field, long least, long most) throws CorruptInputException {
    long at = position();
    return inRange(at, field, u32(field), least, most);
  }

  public long s64(String field) throws CorruptInputException {
    need(field, 8);
    return bytes.getLong();
  }

  /** An unsigned 64-bit field within a range; values above {@code Long.MAX_VALUE} are refused. */
  public long u64(String field, long least, long most) throws CorruptInputException {
    long at = position();
    return inRange(at, field, s64(field), least, most);
  }

  /** Reads a 32-bit field that has one legal value. */
  public ByteReader expect(int magic, String field) throws CorruptInputException {
    long at = position();
    int seen = s32(field);
    if (seen != magic) {
      throw corruptAt(
          at,
          field + " is 0x" + Integer.toHexString(seen) + ", not 0x" + Integer.toHexString(magic));
    }
    return this;
  }

  public byte[] bytes(String field, int count) throws CorruptInputException {
    need(field, count);
    byte[] copy = new byte[count];
    bytes.get(copy);
    return copy;
  }

  public ByteString string(String field, int count) throws CorruptInputException {
    return ByteString.of(bytes(field, count));
  }

  /** A reader of the next {@code count} bytes under its own label; this one goes on after them. */
  public ByteReader slice(String part, int count) throws CorruptInputException {
    need(part, count);
    long at = position();
    ByteReader slice =
        new ByteReader(label + ": " + part, bytes.slice(bytes.position(), count), at);
    slice.bytes.order(bytes.order());
    bytes.position(bytes.position() + count);
    return slice;
  }

  /** An error at the next byte, for the caller to throw. */
  public CorruptInputException corrupt(String what) {
    return corruptAt(position(), what);
  }

  private CorruptInputException corruptAt(long offset, String what) {
    return new CorruptInputException(label, offset, what);
  }

  private long inRange(long at, String field, long value, long least, long most)
      throws CorruptInputException {
    if (value < least || value > most) {
      throw corruptAt(
          at, field + " is " + Long.toUnsignedString(value) + ", not in " + least + " to " + most);
    }
    return value;
  }

  private void need(String field, int count) throws CorruptInputException {
    if (count < 0 || count > bytes.remaining()) {
      throw corrupt(field + " needs " + count + " bytes, " + bytes.remaining() + " are left");
    }
  }
}
