package jbuild.io;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** One .xz stream in memory (The .xz File Format 2): header, blocks, index, footer. */
final class XzStream {
  /** Instead of a length: the stream has filters or a check that are not decoded here. */
  static final int FOREIGN = -1;

  private static final int HEADER_MAGIC = 0x587a37fd; // FD '7' 'z' 'X' 'Z' 00
  private static final int HEADER_MAGIC_END = 0x5a;
  private static final int FOOTER_MAGIC = 0x59 | 0x5a << 8;
  private static final int INDEX_INDICATOR = 0;

  /** What the index says again of every block. */
  private record BlockSizes(long unpadded, long uncompressed) {}

  private final Lzma2Decoder lzma2;
  private final byte[] input;
  private final int end;
  private final XzCursor in;
  private final List<BlockSizes> blocks = new ArrayList<>(1);

  /**
   * @param input has {@link LzmaDecoder#SLACK} bytes behind {@code end}
   */
  XzStream(Lzma2Decoder lzma2, byte[] input, int start, int end) {
    this.lzma2 = lzma2;
    this.input = input;
    this.end = end;
    this.in = new XzCursor(input, start, end);
  }

  /** Returns how many bytes came out, or {@link #FOREIGN}. */
  int decode(byte[] output) throws DataFormatException {
    int flags = header();
    @Nullable XzCheck check = XzCheck.of(flags >>> 8);
    if (check == null) {
      return FOREIGN;
    }
    int out = 0;
    while (in.peek() != INDEX_INDICATOR) {
      out = block(check, output, out);
      if (out == FOREIGN) {
        return FOREIGN;
      }
    }
    int start = in.at();
    index();
    footer(in.at() - start, flags);
    return out;
  }

  /** Returns the flags, of which the second byte is the check. */
  private int header() throws DataFormatException {
    if (in.s32() != HEADER_MAGIC || in.u8() != HEADER_MAGIC_END || in.u8() != 0) {
      throw new DataFormatException("is damaged: it does not begin as an .xz stream");
    }
    int start = in.at();
    int flags = in.u8() | in.u8() << 8;
    in.crc32(start, "header");
    return flags;
  }

  private int block(XzCheck check, byte[] output, int start) throws DataFormatException {
    int headerStart = in.at();
    XzBlockHeader header = XzBlockHeader.read(in);
    if (header.foreign()) {
      return FOREIGN;
    }
    int dataStart = in.at();
    lzma2.decode(input, dataStart, end, output, start, header.dictionarySize());
    int out = lzma2.outputEnd();
    in.seek(lzma2.inputEnd());
    requireSize("compressed", header.compressedSize(), in.at() - dataStart);
    requireSize("uncompressed", header.uncompressedSize(), out - start);
    int unpadded = in.at() - headerStart + check.size();
    in.padding("block");
    if (header.x86()) {
      X86Filter.decode(output, start, out);
    }
    check.verify(in, output, start, out);
    blocks.add(new BlockSizes(unpadded, out - start));
    return out;
  }

  private static void requireSize(String which, long said, long seen) throws DataFormatException {
    if (said != XzBlockHeader.UNKNOWN && said != seen) {
      throw new DataFormatException(
          "is damaged: its " + which + " size is " + said + ", it has " + seen + " bytes");
    }
  }

  /** Section 4. */
  private void index() throws DataFormatException {
    int start = in.at();
    in.u8(); // the indicator
    long count = in.integer("number of blocks");
    if (count != blocks.size()) {
      throw new DataFormatException(
          "is damaged: its index has " + count + " blocks instead of " + blocks.size());
    }
    for (BlockSizes block : blocks) {
      long unpadded = in.integer("unpadded size");
      long uncompressed = in.integer("uncompressed size");
      if (unpadded != block.unpadded || uncompressed != block.uncompressed) {
        throw new DataFormatException("is damaged: its index has other sizes");
      }
    }
    in.padding("index");
    in.crc32(start, "index");
  }

  /** Section 2.1.2; what comes behind it is not looked at. */
  private void footer(int indexSize, int flags) throws DataFormatException {
    int crc32 = in.at();
    in.s32();
    int start = in.at();
    long backward = ((in.s32() & 0xffff_ffffL) + 1) * 4;
    int flagsAgain = in.u8() | in.u8() << 8;
    int footerEnd = in.at();
    in.seek(crc32);
    in.crc32(start, footerEnd, "footer");
    in.seek(footerEnd);
    if (backward != indexSize || flagsAgain != flags || (in.u8() | in.u8() << 8) != FOOTER_MAGIC) {
      throw new DataFormatException("is damaged: its footer does not belong to it");
    }
  }
}
