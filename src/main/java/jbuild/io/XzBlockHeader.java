package jbuild.io;

import java.util.zip.DataFormatException;

/**
 * A block header (The .xz File Format 3.1).
 *
 * @param compressedSize in bytes, {@link #UNKNOWN} when it is not said
 * @param uncompressedSize in bytes, {@link #UNKNOWN} when it is not said
 * @param x86 whether the x86 filter, with start offset 0, was before LZMA2
 * @param dictionarySize in bytes, at most {@code Integer.MAX_VALUE}
 * @param foreign whether there are filters other than these; the fields of filters mean nothing
 *     then
 */
record XzBlockHeader(
    long compressedSize, long uncompressedSize, boolean x86, int dictionarySize, boolean foreign) {
  static final long UNKNOWN = -1;

  private static final int HAS_COMPRESSED_SIZE = 0x40;
  private static final int HAS_UNCOMPRESSED_SIZE = 0x80;
  private static final int RESERVED = 0x3c;
  private static final int CRC32_BYTES = 4;
  private static final long LZMA2 = 0x21;
  private static final long X86 = 0x04;
  private static final int MOST_DICTIONARY = 40;

  static XzBlockHeader read(XzCursor in) throws DataFormatException {
    int start = in.at();
    int size = (in.u8() + 1) * 4;
    in.need(size - 1);
    int end = start + size - CRC32_BYTES;
    in.seek(end);
    in.crc32(start, "block header");

    in.seek(start + 1);
    int flags = in.u8();
    long compressed = (flags & HAS_COMPRESSED_SIZE) == 0 ? UNKNOWN : in.integer("compressed size");
    long uncompressed =
        (flags & HAS_UNCOMPRESSED_SIZE) == 0 ? UNKNOWN : in.integer("uncompressed size");
    int filters = (flags & 3) + 1;
    boolean foreign = (flags & RESERVED) != 0 || filters > 2;
    boolean x86 = false;
    int dictionary = 0;
    for (int i = 1; i <= filters && !foreign; i++) {
      long id = in.integer("filter");
      long properties = in.integer("size of filter properties");
      if (i == filters && id == LZMA2 && properties == 1) {
        int bits = in.u8();
        foreign = bits > MOST_DICTIONARY;
        dictionary = dictionarySize(bits);
      } else if (i < filters && id == X86 && properties == 0) {
        x86 = true;
      } else {
        foreign = true;
      }
    }
    if (!foreign) {
      if (in.at() > end) {
        throw new DataFormatException("is damaged: its block header is longer than it says");
      }
      in.paddingTo(end, "block header");
    }
    in.seek(end + CRC32_BYTES);
    return new XzBlockHeader(compressed, uncompressed, x86, dictionary, foreign);
  }

  /** Section 5.3.1: powers of two from 4 KiB on and what is half way between two of them. */
  private static int dictionarySize(int bits) {
    long size = (2L | (bits & 1)) << ((bits >>> 1) + 11);
    return (int) Math.min(size, Integer.MAX_VALUE);
  }
}
