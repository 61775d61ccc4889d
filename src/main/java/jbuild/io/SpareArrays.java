package jbuild.io;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Arrays to be filled again: blocks of one size come and go by the thousand, and the garbage
 * collector would copy each that lives for a while. Not thread-safe.
 */
final class SpareArrays {
  private final ArrayDeque<byte[]> arrays = new ArrayDeque<>();
  private final int most;

  /**
   * @param most how many are kept
   */
  SpareArrays(int most) {
    this.most = most;
  }

  /** An array of exactly that length; what is in it may be anything. */
  byte[] take(int length) {
    for (Iterator<byte[]> all = arrays.descendingIterator(); all.hasNext(); ) {
      byte[] spare = all.next();
      if (spare.length == length) {
        all.remove();
        return spare;
      }
    }
    return new byte[length];
  }

  /** Takes an array that nobody else has any more; the oldest goes when there are too many. */
  void give(byte[] array) {
    arrays.addLast(array);
    if (arrays.size() > most) {
      arrays.removeFirst();
    }
  }
}
