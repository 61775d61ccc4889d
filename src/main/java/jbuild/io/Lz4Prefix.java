package jbuild.io;

/**
 * Decodes the beginning of an LZ4 block and stops when the output is full, wherever in a sequence
 * that is. Whole blocks are decoded faster by {@link BlockDecoders#lz4}; this one is for blocks
 * that hold more than is asked for, and for blocks whose compressed length is not known.
 */
final class Lz4Prefix implements BlockDecoder {
  private static final int MIN_MATCH = 4;
  private static final int LONG_RUN = 15;

  @Override
  public int decode(
      String label, long position, byte[] input, int offset, int length, byte[] output)
      throws CorruptInputException {
    int end = offset + length;
    int in = offset;
    int out = 0;
    while (out < output.length) {
      if (in == end) {
        return out;
      }
      int token = input[in++] & 0xff;
      int run = token >>> 4;
      if (run == LONG_RUN) {
        int tail = runBytes(label, position, input, in, end);
        run += sum(input, in, tail, output.length);
        in += tail;
      }
      int literals = Math.min(run, output.length - out);
      if (literals > end - in) {
        throw damaged(label, position, "literals run over its end");
      }
      System.arraycopy(input, in, output, out, literals);
      in += literals;
      out += literals;
      if (out == output.length || in == end) {
        return out; // full, or the last sequence, which has no match
      }
      if (end - in < 2) {
        throw damaged(label, position, "ends within a match");
      }
      int distance = (input[in] & 0xff) | (input[in + 1] & 0xff) << 8;
      in += 2;
      if (distance == 0 || distance > out) {
        throw damaged(label, position, "match begins before its start");
      }
      int match = token & LONG_RUN;
      if (match == LONG_RUN) {
        int tail = runBytes(label, position, input, in, end);
        match += sum(input, in, tail, output.length);
        in += tail;
      }
      out = copy(output, out, distance, Math.min(match + MIN_MATCH, output.length - out));
    }
    return out;
  }

  /** How many bytes go on with a length: all of 255 and the one after them. */
  private static int runBytes(String label, long position, byte[] input, int from, int end)
      throws CorruptInputException {
    int at = from;
    while (at < end && input[at] == -1) {
      at++;
    }
    if (at == end) {
      throw damaged(label, position, "ends within a length");
    }
    return at + 1 - from;
  }

  /** What they add; {@code most} is enough, as the output takes no more. */
  private static int sum(byte[] input, int from, int count, int most) {
    long sum = 255L * (count - 1) + (input[from + count - 1] & 0xff);
    return (int) Math.min(sum, most);
  }

  /** Copies what may overlap itself, doubling the piece that is there. */
  private static int copy(byte[] output, int to, int distance, int count) {
    int from = to - distance;
    int done = 0;
    while (done < count) {
      int piece = Math.min(count - done, distance + done);
      System.arraycopy(output, from, output, to + done, piece);
      done += piece;
    }
    return to + count;
  }

  private static CorruptInputException damaged(String label, long position, String what) {
    return new CorruptInputException(label, position, "lz4 block is damaged: " + what);
  }
}
