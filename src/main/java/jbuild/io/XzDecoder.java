package jbuild.io;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes single .xz streams (The .xz File Format, version 1.1.0) that were made with LZMA2, or
 * with the x86 filter and LZMA2. Everything that the format has to verify is verified. Streams made
 * with other filters are left to another decoder.
 */
final class XzDecoder implements BlockDecoder {
  private final Queue<Lzma2Decoder> idle = new ConcurrentLinkedQueue<>();
  private final BlockDecoder foreign;

  /**
   * @param foreign decodes streams with other filters
   */
  XzDecoder(BlockDecoder foreign) {
    this.foreign = foreign;
  }

  @Override
  public int decode(
      String label, long position, byte[] input, int offset, int length, byte[] output)
      throws IOException {
    @Nullable Lzma2Decoder known = idle.poll();
    Lzma2Decoder lzma2 = known != null ? known : new Lzma2Decoder();
    int count;
    try {
      count = decode(lzma2, input, offset, length, output);
    } catch (DataFormatException e) {
      throw new CorruptInputException(label, position, "xz block " + e.getMessage(), e);
    } finally {
      idle.add(lzma2);
    }
    return count == XzStream.FOREIGN
        ? foreign.decode(label, position, input, offset, length, output)
        : count;
  }

  private static int decode(Lzma2Decoder lzma2, byte[] input, int offset, int length, byte[] output)
      throws DataFormatException {
    if (input.length - offset - length >= LzmaDecoder.SLACK) {
      return new XzStream(lzma2, input, offset, offset + length).decode(output);
    }
    byte[] roomy = new byte[length + LzmaDecoder.SLACK];
    System.arraycopy(input, offset, roomy, 0, length);
    return new XzStream(lzma2, roomy, 0, length).decode(output);
  }
}
