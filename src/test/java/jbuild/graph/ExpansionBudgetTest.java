package jbuild.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jbuild.buildfile.BuildfileException;
import org.junit.jupiter.api.Test;

/** Short files whose expansions are long. */
class ExpansionBudgetTest {
  private static String refusal(String first, String repeated) {
    List<String> lines = new ArrayList<>(List.of("FROM x", first));
    lines.addAll(Collections.nCopies(2000, repeated));
    BuildfileException e =
        assertThrows(
            BuildfileException.class, () -> Builds.operations(lines.toArray(new String[0])));
    return String.valueOf(e.getMessage());
  }

  @Test
  void a_long_value_is_not_repeated_without_end() {
    assertEquals(
        "Buildfile:35:7: expand $a: results of the file longer than 33554432 characters in all",
        refusal("ENV a=" + "x".repeat(1_000_000), "LABEL b=$a"));
  }

  @Test
  void a_long_value_is_not_repeated_without_end_in_here_documents() {
    assertEquals(
        "Buildfile:99:1: expand $a...: results of the file longer than 33554432 characters in all",
        refusal("ENV a=" + "x".repeat(1_000_000), "COPY <<E /\n$a\nE"));
  }

  @Test
  void ranges_of_ports_are_not_repeated_without_end() {
    assertEquals(
        "Buildfile:34:8: results of the file longer than 33554432 characters in all",
        refusal("ENV a=b", "EXPOSE 0-65535"));
  }
}
