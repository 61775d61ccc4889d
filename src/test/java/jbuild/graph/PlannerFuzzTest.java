package jbuild.graph;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import jbuild.Allocation;
import jbuild.buildfile.BuildfileException;

/** Any text that parses: its operations, or an error with a place; stages only look back. */
class PlannerFuzzTest {
  @FuzzTest
  void plan(byte[] input) throws IOException {
    String text = new String(input, StandardCharsets.UTF_8);
    Allocation.atMost((64 << 20) + 20_000L * input.length, () -> plan(text));
  }

  private static int plan(String text) {
    try {
      BuildGraph graph = Builds.plan(null, Map.of("A", "value", "B", ""), text);
      for (PlannedStage stage : graph.stages()) {
        looksBack(stage.index(), stage.base());
        stage.vertices().forEach(vertex -> looksBack(stage.index(), vertex.input()));
      }
      return Builds.operations(graph).size();
    } catch (BuildfileException refused) {
      assertTrue(refused.line() <= text.lines().count() + 1, refused.getMessage());
      assertTrue(refused.render().length() < 2000);
      return -1;
    }
  }

  private static void looksBack(int stage, InputRef input) {
    assertTrue(!(input instanceof InputRef.FromStage from) || from.index() < stage);
  }
}
