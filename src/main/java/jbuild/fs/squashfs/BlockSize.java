package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * The word that tells the size of a data block or fragment in the image: the number of bytes, and a
 * bit that says that they are not compressed. Zero is a hole as long as the block would be.
 */
final class BlockSize {
  private static final int NOT_COMPRESSED = 1 << 24;

  private BlockSize() {}

  /** Checks {@code word}, which {@code in} has just read: no block grows by being compressed. */
  static int require(ByteReader in, int word, int blockSize) throws IOException {
    int stored = stored(word);
    if (stored < 0 || stored > blockSize || (stored == 0 && !isHole(word))) {
      throw in.corrupt("block size word is 0x" + Integer.toHexString(word));
    }
    return word;
  }

  static int stored(int word) {
    return word & ~NOT_COMPRESSED;
  }

  static boolean isCompressed(int word) {
    return (word & NOT_COMPRESSED) == 0;
  }

  static boolean isHole(int word) {
    return word == 0;
  }
}
