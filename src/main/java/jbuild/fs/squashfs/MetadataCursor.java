package jbuild.fs.squashfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/**
 * A place in a table that moves on as structures are read; these may go on in the next block. Keeps
 * the block it is in, so that what lies close together costs one look into the cache. Not
 * thread-safe.
 *
 * <p>An error in a structure is at its block's position plus its offset in the decoded block: the
 * very byte when the block is not compressed.
 */
final class MetadataCursor {
  private final MetadataTable table;
  private long position;
  private int offset;
  private byte @Nullable [] block; // the one at "position", null when it was not needed yet

  MetadataCursor(MetadataTable table) {
    this.table = table;
    this.position = table.start();
  }

  /** Goes to {@code reference}; reads nothing. */
  void seek(long reference) throws CorruptInputException {
    long relative = MetadataTable.block(reference);
    int within = MetadataTable.offset(reference);
    if (relative >= table.end() - table.start() || within >= MetadataBlocks.BYTES) {
      throw new CorruptInputException(
          table.label(),
          table.start() + relative,
          "reference 0x" + Long.toHexString(reference) + " does not lie in the table");
    }
    goTo(table.start() + relative);
    offset = within;
  }

  /** The reference of the next byte. */
  long reference() {
    return MetadataTable.reference(position - table.start(), offset);
  }

  /** The next {@code length} bytes; the caller has checked that it wants to have so many. */
  ByteReader read(int length) throws IOException {
    byte[] first = currentBlock();
    if (length <= MetadataBlocks.length(first) - offset) {
      ByteReader reader = reader(first, offset + length);
      reader.seek(offset);
      offset += length;
      return reader;
    }
    long from = bytePosition();
    byte[] joined = new byte[length];
    for (int done = 0; done < length; ) {
      byte[] next = currentBlock();
      int count = Math.min(length - done, MetadataBlocks.length(next) - offset);
      System.arraycopy(next, offset, joined, done, count);
      offset += count;
      done += count;
    }
    return ByteReader.of(table.label(), ByteBuffer.wrap(joined), from);
  }

  /** How many bytes can be read here without going to the next block, at least 1. */
  int contiguous() throws IOException {
    return MetadataBlocks.length(currentBlock()) - offset;
  }

  void skip(long count) throws IOException {
    for (long left = count; left > 0; ) {
      int step = (int) Math.min(left, contiguous());
      offset += step;
      left -= step;
    }
  }

  /** An error here. */
  CorruptInputException corrupt(String what) {
    return new CorruptInputException(table.label(), bytePosition(), what);
  }

  private ByteReader reader(byte[] bytes, int limit) {
    return ByteReader.of(table.label(), ByteBuffer.wrap(bytes, 0, limit), bytePosition() - offset);
  }

  private long bytePosition() {
    return position + MetadataBlocks.HEADER_BYTES + offset;
  }

  /** A block in which the next byte lies. */
  private byte[] currentBlock() throws IOException {
    byte[] known = block;
    if (known == null) {
      known = table.blocks().get(position, table.end());
      block = known;
    }
    if (offset > MetadataBlocks.length(known)) {
      throw corrupt("reference behind the end of its block");
    }
    if (offset < MetadataBlocks.length(known)) {
      return known;
    }
    goTo(position + MetadataBlocks.stored(known));
    offset = 0;
    byte[] next = table.blocks().get(position, table.end());
    block = next;
    return next;
  }

  private void goTo(long target) {
    if (target != position) {
      position = target;
      block = null;
    }
  }
}
