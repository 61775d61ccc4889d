package jbuild.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.BuildfileParser;
import org.junit.jupiter.api.Test;

/** ONBUILD (trap 45), by images of the store and by stages of the same file. */
class TriggersTest {
  private static BuildGraph plan(Map<String, List<String>> images, String... lines)
      throws BuildfileException {
    Buildfile file = BuildfileParser.parse("Buildfile", String.join("\n", lines).getBytes(UTF_8));
    return Planner.plan(
        file,
        new BuildRequest(Map.of(), null, Builds.HERE),
        (image, platform) -> images.getOrDefault(image, List.of()));
  }

  private static List<String> history(BuildGraph graph) throws BuildfileException {
    return Builds.operations(graph).stream().map(operation -> "" + operation.createdBy()).toList();
  }

  @Test
  void triggers_run_right_after_from_in_their_order() throws Exception {
    BuildGraph graph =
        plan(Map.of("base", List.of("ENV A=1", "LABEL a=$A")), "FROM base", "LABEL b=$A");
    assertEquals(List.of("ENV A=1", "LABEL a=1", "LABEL b=1"), history(graph));
    assertTrue(graph.target().vertices().get(1).isTrigger());
    assertEquals(3, graph.target().vertices().get(2).number());
  }

  @Test
  void triggers_of_a_stage_run_in_the_next_one_and_do_not_reach_grandchildren() throws Exception {
    String[] lines = {
      "FROM x AS one", "ONBUILD ENV A=1", "FROM one AS two", "ENV B=2", "FROM two", "ENV C=3"
    };
    BuildGraph graph = plan(Map.of(), lines);
    assertEquals(List.of("null"), history(Builds.plan("one", Map.of(), lines)));
    assertEquals(List.of("ENV A=1", "ENV B=2"), history(Builds.plan("two", Map.of(), lines)));
    assertEquals(List.of("ENV C=3"), history(graph));
  }

  @Test
  void copy_from_in_a_trigger_means_a_stage_of_the_downstream_file() throws Exception {
    Map<String, List<String>> images = Map.of("base", List.of("COPY --from=Made a b"));
    BuildGraph graph = plan(images, "FROM x AS made", "FROM unneeded", "FROM base");
    assertEquals(new InputRef.FromStage(0), graph.target().vertices().get(0).input());
    assertEquals(2, graph.stages().size(), "the stage is needed because of the trigger alone");
    graph = plan(images, "FROM base");
    assertEquals(new InputRef.FromImage("Made"), graph.target().vertices().get(0).input());
  }

  @Test
  void here_documents_come_through_a_stage() throws Exception {
    BuildGraph graph =
        plan(Map.of(), "FROM x AS a", "ONBUILD RUN <<EOF", "one", "two", "EOF", "FROM a");
    assertEquals(List.of("RUN /bin/sh -c one\ntwo\n # buildkit"), history(graph));
  }

  @Test
  void args_of_triggers_take_build_arguments() throws Exception {
    Buildfile file = BuildfileParser.parse("Buildfile", "FROM base\nLABEL v=$V".getBytes(UTF_8));
    BuildGraph graph =
        Planner.plan(
            file,
            new BuildRequest(Map.of("V", "7"), null, Builds.HERE),
            (image, platform) -> List.of("ARG V"));
    assertEquals(List.of(), graph.unusedBuildArgs());
    assertEquals(List.of("ARG V=7", "LABEL v=7"), history(graph));
  }

  @Test
  void errors_point_at_the_from_and_quote_the_trigger() {
    assertEquals(
        "Buildfile:2:6: ONBUILD RUNN x: unknown instruction: RUNN (did you mean RUN?)",
        error("RUNN x"));
    assertEquals("Buildfile:2:6: ONBUILD FROM y: FROM cannot be a trigger", error("FROM y"));
    assertEquals("Buildfile:2:6: ONBUILD # x: the trigger is no instruction", error("# x"));
    assertEquals(
        "Buildfile:2:6: ONBUILD RUN a: the trigger is more than one instruction",
        error("RUN a\nRUN b"));
    assertEquals(
        "Buildfile:2:6: ONBUILD COPY --from=9 a b: no stage with this number: 9 (the last one is"
            + " 0)",
        error("COPY --from=9 a b"));
    assertEquals(
        "Buildfile:2:6: ONBUILD LABEL a=${b:?c}: expand ${b:?c}: b: c", error("LABEL a=${b:?c}"));
  }

  private static String error(String trigger) {
    BuildfileException error =
        assertThrows(
            BuildfileException.class,
            () ->
                Builds.operations(
                    plan(Map.of("base", List.of(trigger)), "# comment", "FROM base")));
    assertTrue(error.render().endsWith("   2 | FROM base\n     |      ^^^^"), error.render());
    return error.getMessage();
  }
}
