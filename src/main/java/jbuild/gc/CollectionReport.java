package jbuild.gc;

import java.util.Map;

/**
 * What went.
 *
 * @param removed how much of each kind
 * @param inUse what was found to be needed by a living command at the last moment
 * @param leftovers of commands that were killed, and are not counted in bytes
 */
public record CollectionReport(Map<Garbage.Kind, Amount> removed, Amount inUse, int leftovers) {
  public CollectionReport {
    removed = Map.copyOf(removed);
  }

  /** Number and size. */
  public record Amount(long count, long bytes) {
    public static final Amount NONE = new Amount(0, 0);

    Amount plus(long moreBytes) {
      return new Amount(count + 1, bytes + moreBytes);
    }
  }

  public long bytes() {
    long sum = 0;
    for (Amount amount : removed.values()) {
      sum += amount.bytes();
    }
    return sum;
  }
}
