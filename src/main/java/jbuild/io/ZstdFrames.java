package jbuild.io;

import java.io.IOException;

/**
 * Finds the end of a zstd frame (RFC 8878, section 3.1) from its headers, without decoding it. For
 * formats that do not say how long the frames in them are.
 */
public final class ZstdFrames {
  private static final int MAGIC = 0xfd2f_b528;
  private static final int SKIPPABLE = 0x184d_2a50;
  private static final int SKIPPABLE_MASK = 0xffff_fff0;
  private static final int RLE_BLOCK = 1;
  private static final int RESERVED_BLOCK = 3;

  private ZstdFrames() {}

  /** Whether a frame, possibly a skippable one, begins at {@code position}. */
  public static boolean isFrame(ByteSource source, long position) throws IOException {
    if (position > source.size() - 4) {
      return false;
    }
    int magic = ByteReader.of("zstd frame", source, position, 4).s32("magic");
    return magic == MAGIC || (magic & SKIPPABLE_MASK) == SKIPPABLE;
  }

  /** The first position behind the frame that begins at {@code position}. */
  public static long end(String label, ByteSource source, long position) throws IOException {
    String part = label + ": zstd frame";
    ByteReader header = ByteReader.of(part, source, position, 5);
    int magic = header.s32("magic");
    if ((magic & SKIPPABLE_MASK) == SKIPPABLE) {
      long length = ByteReader.of(part, source, position + 4, 4).u32("length");
      return within(part, source, position, position + 8 + length);
    }
    if (magic != MAGIC) {
      throw header.seek(0).corrupt("it does not begin with the magic number");
    }
    int descriptor = header.u8("descriptor");
    long at = position + 5 + headerBytes(descriptor);
    boolean last = false;
    while (!last) {
      ByteReader block = ByteReader.of(part, source, at, 3);
      int word = block.u16("block header") | block.u8("block header") << 16;
      last = (word & 1) != 0;
      int type = word >> 1 & 3;
      if (type == RESERVED_BLOCK) {
        throw block.seek(0).corrupt("block type is 3");
      }
      at += 3 + (type == RLE_BLOCK ? 1 : word >> 3);
    }
    return within(part, source, position, at + ((descriptor & 4) != 0 ? 4 : 0));
  }

  /** The fields behind the descriptor: window, dictionary, content size. */
  private static int headerBytes(int descriptor) {
    boolean single = (descriptor & 0x20) != 0;
    int content =
        switch (descriptor >> 6) {
          case 0 -> single ? 1 : 0;
          case 1 -> 2;
          case 2 -> 4;
          default -> 8;
        };
    int dictionary = (descriptor & 3) == 3 ? 4 : descriptor & 3;
    return (single ? 0 : 1) + dictionary + content;
  }

  private static long within(String label, ByteSource source, long position, long end)
      throws IOException {
    if (end > source.size()) {
      throw new CorruptInputException(label, position, "it ends behind the input's end");
    }
    return end;
  }
}
