package jbuild.fs.cpio;

import java.io.IOException;
import java.io.InputStream;
import jbuild.io.BlockDecoder;
import jbuild.io.BlockDecoders;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * Decodes the legacy frame of LZ4, the one the kernel knows ({@code lz4 -l}): a magic number, then
 * blocks of up to 8 MiB, each behind its compressed length of 32 bits. The frame has no end but the
 * input's, a length of zero (padding), or the magic number of what follows.
 */
final class Lz4LegacyInputStream extends InputStream {
  static final int MAGIC = 0x184c_2102;

  private static final int BLOCK = 8 << 20;

  /** What LZ4 makes of a block that cannot be compressed. */
  private static final int MAX_COMPRESSED = BLOCK + BLOCK / 255 + 16;

  private final String label;
  private final ByteSource source;
  private final BlockDecoder decoder = BlockDecoders.lz4();
  private byte[] block = new byte[0];
  private int next;
  private int limit;
  private long position;

  Lz4LegacyInputStream(String label, ByteSource source, long start) {
    this.label = label + ": lz4 block";
    this.source = source;
    this.position = start + 4;
  }

  /** The first position behind the frame that begins at {@code start}. */
  static long end(String label, ByteSource source, long start) throws IOException {
    Lz4LegacyInputStream frame = new Lz4LegacyInputStream(label, source, start);
    for (int length = frame.length(); length > 0; length = frame.length()) {
      frame.position += 4 + length;
    }
    return frame.position;
  }

  @Override
  public int read() throws IOException {
    return next < limit || decode() ? block[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (next == limit && !decode()) {
      return -1;
    }
    int count = Math.min(length, limit - next);
    System.arraycopy(block, next, target, offset, count);
    next += count;
    return count;
  }

  private boolean decode() throws IOException {
    int length = length();
    if (length == 0) {
      return false;
    }
    byte[] input = ByteReader.of(label, source, position + 4, length).bytes("data", length);
    if (block.length == 0) {
      block = new byte[BLOCK];
    }
    next = 0;
    limit = decoder.decode(label, position, input, 0, length, block);
    position += 4 + length;
    if (limit == 0) {
      throw new CorruptInputException(label, position, "it has no bytes");
    }
    return true;
  }

  /** Length of the block that comes next, 0 at the frame's end. */
  private int length() throws IOException {
    if (position > source.size() - 4) {
      return 0;
    }
    ByteReader in = ByteReader.of(label, source, position, 4);
    long length = in.u32("length");
    if (length == 0 || length == MAGIC) {
      return 0;
    }
    if (length > MAX_COMPRESSED || length > source.size() - position - 4) {
      return isNextArchive(length) ? 0 : tooLong(in, length);
    }
    return (int) length;
  }

  /** Of the numbers that are no lengths, those an archive or another stream may begin with. */
  private static boolean isNextArchive(long word) {
    return word == 0x3730_3730L // "0707"
        || (word & 0xffff) == 0x8b1f
        || word == 0xfd2f_b528L
        || word == 0x587a_37fdL;
  }

  private static int tooLong(ByteReader in, long length) throws CorruptInputException {
    throw in.seek(0).corrupt("length is " + length + ", more than there can be");
  }
}
