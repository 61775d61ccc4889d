package jbuild.gc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import jbuild.build.CacheContents.Step;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CacheRankingTest {
  private static Step step(String name, long lastUse, @Nullable Step on) {
    Digest layer = Digest.of(name.getBytes(UTF_8));
    return new Step(Path.of(name), 1, lastUse, on == null ? null : on.result(), layer, 1, null);
  }

  private static List<String> order(List<Step> steps) {
    List<Step> shuffled = new ArrayList<>(steps);
    Collections.shuffle(shuffled, new Random(1));
    return CacheRanking.of(shuffled).stream().map(r -> r.step().file().toString()).toList();
  }

  @Test
  void the_last_used_stays_longest() {
    assertEquals(
        List.of("c", "b", "a"),
        order(List.of(step("a", 1, null), step("b", 2, null), step("c", 3, null))));
  }

  @Test
  void a_step_stays_as_long_as_any_step_above_it() {
    Step base = step("base", 1, null);
    Step middle = step("middle", 2, base);
    Step top = step("top", 9, middle);
    Step other = step("other", 5, null);
    assertEquals(
        List.of("base", "middle", "top", "other"), order(List.of(other, top, base, middle)));
  }

  @Test
  void of_two_branches_the_one_that_was_used_later_stays_longer() {
    Step base = step("base", 1, null);
    Step left = step("left", 3, base);
    Step right = step("right", 2, base);
    assertEquals(List.of("base", "left", "right"), order(List.of(left, right, base)));
  }

  @Test
  void a_stack_of_thousands_is_no_trouble() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      steps.add(step("s" + i, i, i == 0 ? null : steps.get(i - 1)));
    }
    assertEquals(steps.stream().map(s -> s.file().toString()).toList(), order(steps));
  }
}
