package jbuild.io;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Arrays to be filled again: blocks of one size come and go by the thousand, and the garbage
 * collector would copy each that lives for a while. Not thread-safe.
 */
final class SpareArrays {
  private final ArrayDeque<byte[]> arrays = new ArrayDeque<>();
  private final long most;
  private long held;

  /**
   * @param most how many bytes are kept
   */
  SpareArrays(long most) {
    this.most = most;
  }

  /** An array of exactly that length; what is in it may be anything. */
  byte[] take(int length) {
    for (Iterator<byte[]> all = arrays.descendingIterator(); all.hasNext(); ) {
      byte[] spare = all.next();
      if (spare.length == length) {
        all.remove();
        held -= length;
        return spare;
      }
    }
    return new byte[length];
  }

  /**
   * Takes an array that nobody else has any more, unless its length is an odd one that nobody will
   * want.
   */
  void give(byte[] array) {
    if (Integer.bitCount(array.length) == 1 && held + array.length <= most) {
      arrays.addLast(array);
      held += array.length;
    }
  }
}
