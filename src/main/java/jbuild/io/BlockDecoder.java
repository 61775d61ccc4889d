package jbuild.io;

import java.io.IOException;

/**
 * Decompresses blocks that file systems compress one by one. Safe for use by several threads at
 * once. {@link BlockDecoders} has them.
 */
@FunctionalInterface
public interface BlockDecoder {
  /**
   * Decodes {@code length} bytes of {@code input} from {@code offset} on into {@code output}, from
   * its start.
   *
   * @param label what is read, for errors
   * @param position of the block's first byte in what is read, for errors
   * @return how many bytes came out
   * @throws CorruptInputException when the input is damaged, or has more than {@code output} can
   *     take
   */
  int decode(String label, long position, byte[] input, int offset, int length, byte[] output)
      throws IOException;
}
