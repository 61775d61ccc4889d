package jbuild.io;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * Decodes LZMA (Igor Pavlov's <i>LZMA specification</i>) from one array into another, which is the
 * dictionary as well. State and probabilities last from one piece to the next. Not thread-safe.
 *
 * <p>{@link #decode} is long and repeats itself: each of its bits is on the way of all that follow,
 * and only what lives in local variables lives in registers.
 */
final class LzmaDecoder {
  /**
   * How far beyond a piece's end its last symbol may read: 48 bits of it, each less than a byte.
   */
  static final int SLACK = 32;

  /** Of every piece: the range coder begins with them. */
  static final int INITIAL_BYTES = 5;

  private static final int MOST_CONTEXT_BITS = 4;

  // "Probability model for bit decoding": 11 bits, adapted by 1/32.
  private static final int MODEL_BITS = 11;
  private static final int MODEL = 1 << MODEL_BITS;
  private static final int MOVE = 5;
  private static final long TOP = 1 << 24;

  /** Added to the probability p of a 0: p - ((p + MASKED) >> MOVE) is p + ((MODEL - p) >> MOVE). */
  private static final long MASKED = (1 << MOVE) - 1 - MODEL;

  /** From how many bytes on a call to copy them is cheaper than a loop. */
  private static final int LONG_MATCH = 17;

  // Where the probabilities of each kind are, in the specification's order of kinds.
  private static final int POS_STATES = 16;
  private static final int STATES = 12;
  private static final int IS_MATCH = 0;
  private static final int IS_REP = IS_MATCH + STATES * POS_STATES;
  private static final int IS_REP_G0 = IS_REP + STATES;
  private static final int IS_REP_G1 = IS_REP_G0 + STATES;
  private static final int IS_REP_G2 = IS_REP_G1 + STATES;
  private static final int IS_REP0_LONG = IS_REP_G2 + STATES;
  private static final int POS_SLOT = IS_REP0_LONG + STATES * POS_STATES;
  private static final int POS_SPECIAL = POS_SLOT + 4 * 64;
  private static final int ALIGN = POS_SPECIAL + 115;
  private static final int MATCH_LENGTH = ALIGN + 16;
  private static final int LENGTH_LOW = 2;
  private static final int LENGTH_MID = LENGTH_LOW + POS_STATES * 8;
  private static final int LENGTH_HIGH = LENGTH_MID + POS_STATES * 8;
  private static final int REP_LENGTH = MATCH_LENGTH + LENGTH_HIGH + 256;
  private static final int LITERAL = REP_LENGTH + LENGTH_HIGH + 256 + 1;
  private static final int LITERAL_SIZE = 0x300;

  // The next state by the present one, a hexadecimal digit each, the first one last.
  private static final long AFTER_LITERAL = 0x5465_4321_0000L;
  private static final int FIRST_STATE_AFTER_MATCH = 7;

  private final char[] probabilities = new char[LITERAL + (LITERAL_SIZE << MOST_CONTEXT_BITS)];
  private int contextBits;
  private int positionBits;
  private int literalPositionBits;
  private int state;
  private int rep0;
  private int rep1;
  private int rep2;
  private int rep3;

  /**
   * Takes the byte of properties and resets the state.
   *
   * @throws DataFormatException when they are not of LZMA2: lc + lp is at most 4
   */
  void properties(int properties) throws DataFormatException {
    int lc = properties % 9;
    int lp = properties / 9 % 5;
    int pb = properties / 45;
    if (pb > 4 || lc + lp > MOST_CONTEXT_BITS) {
      throw new DataFormatException("is damaged: lzma properties are " + properties);
    }
    contextBits = lc;
    literalPositionBits = lp;
    positionBits = pb;
    resetState();
  }

  void resetState() {
    Arrays.fill(
        probabilities,
        0,
        LITERAL + (LITERAL_SIZE << (contextBits + literalPositionBits)),
        (char) (MODEL / 2));
    state = 0;
    rep0 = 0;
    rep1 = 0;
    rep2 = 0;
    rep3 = 0;
  }

  /**
   * Decodes the piece of input from {@code in} to {@code inEnd} to what is from {@code start} to
   * {@code end} of the output; both must come out even.
   *
   * <p>Every bit is decoded as in "Decode bit" of the specification, normalised before instead of
   * after it. Range and code are longs so that they compare as unsigned numbers; the code is always
   * below the range. A symbol is checked against the ends once: before it, what it takes from the
   * input, and behind it, what it adds to the output.
   *
   * @param input has {@link #SLACK} bytes behind {@code inEnd}
   * @param dictionary where in {@code output} the dictionary begins
   * @param farthest how far back a match may reach, beside the beginning of the dictionary
   */
  void decode(
      byte[] input,
      int in,
      int inEnd,
      byte[] output,
      int dictionary,
      int farthest,
      int start,
      int end)
      throws DataFormatException {
    final char[] probs = probabilities;
    final int lc = contextBits;
    final int lpMask = (1 << literalPositionBits) - 1;
    final int pbMask = (1 << positionBits) - 1;
    int st = state;
    int d0 = rep0;
    int d1 = rep1;
    int d2 = rep2;
    int d3 = rep3;
    int out = start;
    int pos = in + INITIAL_BYTES;
    long range = 0xffff_ffffL;
    long code =
        (input[in + 1] & 0xffL) << 24
            | (input[in + 2] & 0xff) << 16
            | (input[in + 3] & 0xff) << 8
            | (input[in + 4] & 0xff);
    if (input[in] != 0 || code == range) {
      throw new DataFormatException("is damaged: range coder begins with a wrong byte");
    }
    while (out < end) {
      if (pos > inEnd) {
        throw new DataFormatException("is damaged: lzma data end early");
      }
      int posState = (out - dictionary) & pbMask;
      int at = IS_MATCH + (st << 4) + posState;
      long p = probs[at];
      if (range < TOP) {
        range <<= 8;
        code = code << 8 | (input[pos++] & 0xff);
      }
      long bound = (range >>> MODEL_BITS) * p;
      if (code < bound) {
        range = bound;
        probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
        int previous = out == dictionary ? 0 : output[out - 1] & 0xff;
        int base =
            LITERAL
                + LITERAL_SIZE * ((((out - dictionary) & lpMask) << lc) + (previous >>> (8 - lc)));
        int symbol = 1;
        if (st >= FIRST_STATE_AFTER_MATCH) {
          int match = output[out - d0 - 1] & 0xff;
          int offset = 0x100;
          do {
            match <<= 1;
            int matchBit = match & offset;
            at = base + offset + matchBit + symbol;
            p = probs[at];
            if (range < TOP) {
              range <<= 8;
              code = code << 8 | (input[pos++] & 0xff);
            }
            bound = (range >>> MODEL_BITS) * p;
            if (code < bound) {
              range = bound;
              probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
              symbol <<= 1;
              offset &= ~matchBit;
            } else {
              range -= bound;
              code -= bound;
              probs[at] = (char) (p - (p >>> MOVE));
              symbol = symbol << 1 | 1;
              offset &= matchBit;
            }
          } while (symbol < 0x100);
        } else {
          // The bits of a literal can hardly be predicted: a branch on them costs more than to
          // compute both ways and to choose by a mask, which is all ones for a 0.
          do {
            at = base + symbol;
            p = probs[at];
            if (range < TOP) {
              range <<= 8;
              code = code << 8 | (input[pos++] & 0xff);
            }
            bound = (range >>> MODEL_BITS) * p;
            long rest = range - bound;
            code -= bound;
            long zero = code >> 63;
            code += bound & zero;
            range = rest ^ ((rest ^ bound) & zero);
            probs[at] = (char) (p - ((p + (zero & MASKED)) >> MOVE));
            symbol = (symbol << 1) + 1 + (int) zero;
          } while (symbol < 0x100);
        }
        output[out++] = (byte) symbol;
        st = (int) (AFTER_LITERAL >>> (st << 2)) & 0xf;
        continue;
      }
      range -= bound;
      code -= bound;
      probs[at] = (char) (p - (p >>> MOVE));

      at = IS_REP + st;
      p = probs[at];
      if (range < TOP) {
        range <<= 8;
        code = code << 8 | (input[pos++] & 0xff);
      }
      bound = (range >>> MODEL_BITS) * p;
      int lengths;
      if (code < bound) {
        range = bound;
        probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
        d3 = d2;
        d2 = d1;
        d1 = d0;
        d0 = -1;
        lengths = MATCH_LENGTH;
        st = st < FIRST_STATE_AFTER_MATCH ? 7 : 10;
      } else {
        range -= bound;
        code -= bound;
        probs[at] = (char) (p - (p >>> MOVE));
        lengths = REP_LENGTH;

        at = IS_REP_G0 + st;
        p = probs[at];
        if (range < TOP) {
          range <<= 8;
          code = code << 8 | (input[pos++] & 0xff);
        }
        bound = (range >>> MODEL_BITS) * p;
        if (code < bound) {
          range = bound;
          probs[at] = (char) (p + ((MODEL - p) >>> MOVE));

          at = IS_REP0_LONG + (st << 4) + posState;
          p = probs[at];
          if (range < TOP) {
            range <<= 8;
            code = code << 8 | (input[pos++] & 0xff);
          }
          bound = (range >>> MODEL_BITS) * p;
          if (code < bound) {
            range = bound;
            probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
            st = st < FIRST_STATE_AFTER_MATCH ? 9 : 11;
            if (d0 >= out - dictionary) {
              throw new DataFormatException("is damaged: match begins before the dictionary");
            }
            output[out] = output[out - d0 - 1];
            out++;
            continue;
          }
          range -= bound;
          code -= bound;
          probs[at] = (char) (p - (p >>> MOVE));
        } else {
          range -= bound;
          code -= bound;
          probs[at] = (char) (p - (p >>> MOVE));

          at = IS_REP_G1 + st;
          p = probs[at];
          if (range < TOP) {
            range <<= 8;
            code = code << 8 | (input[pos++] & 0xff);
          }
          bound = (range >>> MODEL_BITS) * p;
          int distance;
          if (code < bound) {
            range = bound;
            probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
            distance = d1;
          } else {
            range -= bound;
            code -= bound;
            probs[at] = (char) (p - (p >>> MOVE));

            at = IS_REP_G2 + st;
            p = probs[at];
            if (range < TOP) {
              range <<= 8;
              code = code << 8 | (input[pos++] & 0xff);
            }
            bound = (range >>> MODEL_BITS) * p;
            if (code < bound) {
              range = bound;
              probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
              distance = d2;
            } else {
              range -= bound;
              code -= bound;
              probs[at] = (char) (p - (p >>> MOVE));
              distance = d3;
              d3 = d2;
            }
            d2 = d1;
          }
          d1 = d0;
          d0 = distance;
        }
        st = st < FIRST_STATE_AFTER_MATCH ? 8 : 11;
      }

      // The length: two bits choose one of three trees.
      at = lengths;
      p = probs[at];
      if (range < TOP) {
        range <<= 8;
        code = code << 8 | (input[pos++] & 0xff);
      }
      bound = (range >>> MODEL_BITS) * p;
      int tree;
      int leaves;
      int length;
      if (code < bound) {
        range = bound;
        probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
        tree = lengths + LENGTH_LOW + (posState << 3);
        leaves = 8;
        length = 2 - 8;
      } else {
        range -= bound;
        code -= bound;
        probs[at] = (char) (p - (p >>> MOVE));
        at = lengths + 1;
        p = probs[at];
        if (range < TOP) {
          range <<= 8;
          code = code << 8 | (input[pos++] & 0xff);
        }
        bound = (range >>> MODEL_BITS) * p;
        if (code < bound) {
          range = bound;
          probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
          tree = lengths + LENGTH_MID + (posState << 3);
          leaves = 8;
          length = 2 + 8 - 8;
        } else {
          range -= bound;
          code -= bound;
          probs[at] = (char) (p - (p >>> MOVE));
          tree = lengths + LENGTH_HIGH;
          leaves = 256;
          length = 2 + 16 - 256;
        }
      }
      int node = 1;
      do {
        at = tree + node;
        p = probs[at];
        if (range < TOP) {
          range <<= 8;
          code = code << 8 | (input[pos++] & 0xff);
        }
        bound = (range >>> MODEL_BITS) * p;
        if (code < bound) {
          range = bound;
          probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
          node <<= 1;
        } else {
          range -= bound;
          code -= bound;
          probs[at] = (char) (p - (p >>> MOVE));
          node = node << 1 | 1;
        }
      } while (node < leaves);
      length += node;

      if (lengths == MATCH_LENGTH) {
        tree = POS_SLOT + (Math.min(length - 2, 3) << 6);
        node = 1;
        do {
          at = tree + node;
          p = probs[at];
          if (range < TOP) {
            range <<= 8;
            code = code << 8 | (input[pos++] & 0xff);
          }
          bound = (range >>> MODEL_BITS) * p;
          if (code < bound) {
            range = bound;
            probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
            node <<= 1;
          } else {
            range -= bound;
            code -= bound;
            probs[at] = (char) (p - (p >>> MOVE));
            node = node << 1 | 1;
          }
        } while (node < 64);
        int slot = node - 64;
        d0 = slot;
        if (slot >= 4) {
          int bits = (slot >>> 1) - 1;
          d0 = (2 | (slot & 1)) << bits;
          tree = POS_SPECIAL + d0 - slot;
          if (slot >= 14) {
            int direct = 0;
            bits -= 4;
            do {
              if (range < TOP) {
                range <<= 8;
                code = code << 8 | (input[pos++] & 0xff);
              }
              range >>>= 1;
              code -= range;
              long zero = code >> 63;
              code += range & zero;
              direct = (direct << 1) + 1 + (int) zero;
            } while (--bits > 0);
            if (code >= range) {
              throw new DataFormatException("is damaged: range coder is beyond its range");
            }
            d0 += direct << 4;
            tree = ALIGN;
            bits = 4;
          }
          node = 1;
          int bit = 1;
          int most = 1 << bits;
          do {
            at = tree + node;
            p = probs[at];
            if (range < TOP) {
              range <<= 8;
              code = code << 8 | (input[pos++] & 0xff);
            }
            bound = (range >>> MODEL_BITS) * p;
            if (code < bound) {
              range = bound;
              probs[at] = (char) (p + ((MODEL - p) >>> MOVE));
              node <<= 1;
            } else {
              range -= bound;
              code -= bound;
              probs[at] = (char) (p - (p >>> MOVE));
              node = node << 1 | 1;
              d0 += bit;
            }
            bit <<= 1;
          } while (node < most);
        }
      }

      // Distances of 2 GiB and more are negative; the end marker, which LZMA2 has not, is -1.
      if (d0 < 0 || d0 >= out - dictionary || d0 >= farthest) {
        throw new DataFormatException("is damaged: match begins before the dictionary");
      }
      if (length > end - out) {
        throw new DataFormatException("is damaged: match goes beyond its chunk");
      }
      int from = out - d0 - 1;
      if (length >= LONG_MATCH && length <= d0 + 1) {
        System.arraycopy(output, from, output, out, length);
        out += length;
      } else {
        int to = out + length;
        do {
          output[out++] = output[from++];
        } while (out < to);
      }
    }
    if (range < TOP) {
      code = code << 8 | (input[pos++] & 0xff);
    }
    if (pos != inEnd || code != 0) {
      throw new DataFormatException("is damaged: lzma data do not end where they should");
    }
    state = st;
    rep0 = d0;
    rep1 = d1;
    rep2 = d2;
    rep3 = d3;
  }
}
