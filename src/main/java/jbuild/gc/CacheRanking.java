package jbuild.gc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.build.CacheContents.Step;
import jbuild.oci.Digest;

/**
 * Records of the build cache in the order in which they deserve to stay: the most recently used
 * first, and each behind those whose layers it was executed on, since it is of use only with them.
 * So whatever is cut off the end, no record loses what lies below it.
 */
final class CacheRanking {
  /**
   * @param lastUse of it or of any step above it, in milliseconds since 1970
   */
  record Ranked(Step step, long lastUse) {}

  private final Map<Digest, List<Step>> byResult = new HashMap<>();
  private final Set<Step> done = new HashSet<>();
  private final List<Ranked> ranked = new ArrayList<>();

  private CacheRanking(List<Step> steps) {
    for (Step step : steps) {
      Digest result = step.result();
      if (result != null && step.layer() != null) {
        byResult.computeIfAbsent(result, unused -> new ArrayList<>()).add(step);
      }
    }
    List<Step> newestFirst = new ArrayList<>(steps);
    newestFirst.sort(Comparator.comparingLong(Step::lastUse).reversed().thenComparing(Step::file));
    newestFirst.forEach(this::rank);
  }

  static List<Ranked> of(List<Step> steps) {
    return new CacheRanking(steps).ranked;
  }

  /** What {@code step} stands on and is not ranked yet was not used later itself. */
  private void rank(Step step) {
    Deque<Step> bottomFirst = new ArrayDeque<>();
    Deque<Step> todo = new ArrayDeque<>();
    todo.add(step);
    while (!todo.isEmpty()) {
      Step next = todo.remove();
      if (done.add(next)) {
        bottomFirst.push(next);
        Digest parent = next.parent();
        if (parent != null) {
          todo.addAll(byResult.getOrDefault(parent, List.of()));
        }
      }
    }
    for (Step below : bottomFirst) {
      ranked.add(new Ranked(below, step.lastUse()));
    }
  }
}
