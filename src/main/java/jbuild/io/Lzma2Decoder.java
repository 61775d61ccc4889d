package jbuild.io;

import java.util.zip.DataFormatException;

/**
 * Decodes LZMA2: chunks of LZMA and of plain bytes, each with a control byte that says what it
 * resets (The .xz File Format 5.3.1; the chunks are those of XZ Utils and XZ for Java). Not
 * thread-safe, to be used again.
 */
final class Lzma2Decoder {
  private static final int END = 0x00;
  private static final int PLAIN_AND_NEW_DICTIONARY = 0x01;
  private static final int PLAIN = 0x02;
  private static final int LZMA = 0x80;
  private static final int LZMA_NEW_STATE = 0xa0;
  private static final int LZMA_NEW_PROPERTIES = 0xc0;
  private static final int LZMA_NEW_DICTIONARY = 0xe0;

  private final LzmaDecoder lzma = new LzmaDecoder();
  private int in;
  private int out;

  /** Where the input goes on behind what was decoded. */
  int inputEnd() {
    return in;
  }

  /** Where the output ends. */
  int outputEnd() {
    return out;
  }

  /**
   * Decodes chunks up to the one that says it is the last.
   *
   * @param input has {@link LzmaDecoder#SLACK} bytes behind {@code inEnd}
   */
  void decode(byte[] input, int start, int inEnd, byte[] output, int outStart, int dictionarySize)
      throws DataFormatException {
    in = start;
    out = outStart;
    int dictionary = outStart;
    int least = LZMA_NEW_DICTIONARY; // of LZMA: what must be reset for the next one
    while (true) {
      need(inEnd, 1);
      int control = input[in++] & 0xff;
      if (control == END) {
        return;
      }
      if (control >= LZMA_NEW_DICTIONARY || control == PLAIN_AND_NEW_DICTIONARY) {
        dictionary = out;
        least = LZMA_NEW_PROPERTIES;
      } else if (least == LZMA_NEW_DICTIONARY) {
        throw new DataFormatException("is damaged: first chunk begins no dictionary");
      }
      if (control >= LZMA) {
        if (control < least) {
          throw new DataFormatException("is damaged: first lzma chunk has no properties");
        }
        lzmaChunk(input, inEnd, output, control, dictionary, dictionarySize);
        least = LZMA;
      } else if (control <= PLAIN) {
        plainChunk(input, inEnd, output);
      } else {
        throw new DataFormatException("is damaged: chunk has the control byte " + control);
      }
    }
  }

  private void lzmaChunk(
      byte[] input, int inEnd, byte[] output, int control, int dictionary, int dictionarySize)
      throws DataFormatException {
    boolean newProperties = control >= LZMA_NEW_PROPERTIES;
    need(inEnd, newProperties ? 5 : 4);
    int size = ((control & 0x1f) << 16) + u16(input, in) + 1;
    int compressed = u16(input, in + 2) + 1;
    in += 4;
    if (newProperties) {
      lzma.properties(input[in++] & 0xff);
    } else if (control >= LZMA_NEW_STATE) {
      lzma.resetState();
    }
    need(inEnd, compressed);
    if (compressed < LzmaDecoder.INITIAL_BYTES) {
      throw new DataFormatException("is damaged: chunk is shorter than a range coder");
    }
    room(output, size);
    lzma.decode(input, in, in + compressed, output, dictionary, dictionarySize, out, out + size);
    in += compressed;
    out += size;
  }

  private void plainChunk(byte[] input, int inEnd, byte[] output) throws DataFormatException {
    need(inEnd, 2);
    int size = u16(input, in) + 1;
    in += 2;
    need(inEnd, size);
    room(output, size);
    System.arraycopy(input, in, output, out, size);
    in += size;
    out += size;
  }

  private void need(int inEnd, int count) throws DataFormatException {
    if (count > inEnd - in) {
      throw new DataFormatException("ends early");
    }
  }

  private void room(byte[] output, int size) throws DataFormatException {
    if (size > output.length - out) {
      throw new DataFormatException("is longer than it should be when decoded");
    }
  }

  private static int u16(byte[] input, int at) {
    return (input[at] & 0xff) << 8 | (input[at + 1] & 0xff);
  }
}
