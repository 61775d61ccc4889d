package jbuild.gc;

import java.util.List;

/**
 * What is to go.
 *
 * @param garbage in the order in which it goes
 * @param cacheBytes what only the build cache needs, and stays
 */
public record CollectionPlan(List<Garbage> garbage, long cacheBytes) {
  public CollectionPlan {
    garbage = List.copyOf(garbage);
  }

  public long bytes() {
    long sum = 0;
    for (Garbage one : garbage) {
      sum += one.bytes();
    }
    return sum;
  }
}
