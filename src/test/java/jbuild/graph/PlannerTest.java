package jbuild.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import jbuild.buildfile.BuildfileException;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static List<Integer> stages(BuildGraph graph) {
    return graph.stages().stream().map(PlannedStage::index).toList();
  }

  private static String refusal(String... lines) {
    return assertThrows(BuildfileException.class, () -> Builds.plan(lines)).getMessage();
  }

  @Test
  void stages_that_the_target_does_not_need_are_left_out() throws Exception {
    String[] lines = {
      "FROM a AS one", "FROM b AS two", "FROM two AS three", "COPY --from=0 x y", "FROM three"
    };
    assertEquals(List.of(0, 1, 2, 3), stages(Builds.plan(lines)));
    assertEquals(List.of(1), stages(Builds.plan("TWO", Map.of(), lines)));
    assertEquals(List.of(0), stages(Builds.plan("0", Map.of(), lines)));
  }

  @Test
  void target_is_the_last_stage_or_found_by_name_with_a_suggestion() {
    BuildfileException error =
        assertThrows(
            BuildfileException.class,
            () -> Builds.plan("biuld", Map.of(), "FROM a AS build", "FROM b"));
    assertEquals(
        "Buildfile: target stage not found: biuld (did you mean build?)", error.getMessage());
  }

  @Test
  void a_name_means_the_stage_before_it_and_else_an_image() throws Exception {
    BuildGraph graph =
        Builds.plan("FROM alpine AS alpine", "FROM Alpine", "COPY --from=nginx:1 a b");
    assertEquals(new InputRef.FromImage("alpine"), graph.stages().get(0).base());
    assertEquals(new InputRef.FromStage(0), graph.target().base());
    assertEquals(new InputRef.FromImage("nginx:1"), graph.target().vertices().get(0).input());
  }

  @Test
  void scratch_and_context_are_inputs_of_their_own() throws Exception {
    BuildGraph graph = Builds.plan("FROM scratch", "COPY a b");
    assertEquals(new InputRef.Scratch(), graph.target().base());
    assertEquals(new InputRef.Context(), graph.target().vertices().get(0).input());
  }

  @Test
  void copies_from_itself_and_from_later_stages_are_refused() {
    assertEquals(
        "Buildfile:2:6: stage copies from itself: one",
        refusal("FROM a AS one", "COPY --from=one x y"));
    assertEquals(
        "Buildfile:2:6: stage copies from itself: 0", refusal("FROM a", "COPY --from=0 x y"));
    assertEquals(
        "Buildfile:2:6: stage comes later in the file: Two",
        refusal("FROM a", "COPY --from=Two x y", "FROM b AS two"));
    assertEquals(
        "Buildfile:2:6: no stage with this number: 7 (the last one is 0)",
        refusal("FROM a", "COPY --from=7 x y"));
  }

  @Test
  void from_flag_expands_no_variable() {
    assertTrue(
        refusal("ARG s=x", "FROM a AS x", "FROM b", "COPY --from=$s x y")
            .startsWith("Buildfile:4:6: --from does not expand variables: $s"));
  }

  @Test
  void from_sees_global_args_and_build_arguments() throws Exception {
    String[] lines = {"ARG v=3.9", "ARG name=alpine:$v", "FROM $name"};
    assertEquals(new InputRef.FromImage("alpine:3.9"), Builds.plan(lines).target().base());
    assertEquals(
        new InputRef.FromImage("alpine:4"),
        Builds.plan(null, Map.of("v", "4"), lines).target().base());
    assertEquals(
        "Buildfile:3:6: FROM names nothing: $inner (only an ARG before the first FROM is known"
            + " here)",
        refusal("FROM a", "ARG inner=x", "FROM $inner"));
  }

  @Test
  void platform_flag_is_expanded_and_checked() throws Exception {
    assertEquals(
        new PlatformName("linux", "arm64", ""),
        Builds.plan("FROM --platform=linux/aarch64/v8 a").target().platform());
    assertEquals(Builds.HERE, Builds.plan("FROM --platform=$BUILDPLATFORM a").target().platform());
    assertNull(Builds.plan("FROM --platform= a").target().platform());
    assertEquals(
        "Buildfile:1:6: invalid platform: linux//x", refusal("FROM --platform=linux//x a"));
  }

  @Test
  void build_arguments_that_nothing_asks_for_are_reported() throws Exception {
    Map<String, String> given = Map.of("a", "1", "typo", "2", "http_proxy", "p", "TARGETOS", "x");
    assertEquals(List.of("typo"), Builds.plan(null, given, "FROM x", "ARG a").unusedBuildArgs());
  }

  @Test
  void source_date_epoch_is_a_number_from_argument_or_global_arg() throws Exception {
    assertEquals(7, Builds.plan("ARG SOURCE_DATE_EPOCH=7", "FROM x").sourceDateEpoch().getAsLong());
    Map<String, String> given = Map.of("SOURCE_DATE_EPOCH", "9");
    assertEquals(9, Builds.plan(null, given, "FROM x").sourceDateEpoch().getAsLong());
    assertTrue(Builds.plan("FROM x").sourceDateEpoch().isEmpty());
    assertEquals(
        "Buildfile: invalid SOURCE_DATE_EPOCH: now (it is a number of seconds)",
        refusal("ARG SOURCE_DATE_EPOCH=now", "FROM x"));
  }

  @Test
  void what_is_not_executed_yet_is_refused_only_where_the_target_needs_it() throws Exception {
    String[] lines = {
      "FROM a AS unused",
      "RUN --device=b x",
      "FROM b AS used",
      "ONBUILD RUN true",
      "FROM used",
      "COPY --link --exclude=*.o --chown=1 a b",
      "COPY --link=false a b",
      "RUN --network=none --device=a x",
    };
    BuildGraph graph = Builds.plan(lines);
    BuildfileException refused =
        assertThrows(BuildfileException.class, () -> UnsupportedFeatures.refuse(graph));
    assertEquals("Buildfile:8:20: RUN --device is not executed yet", refused.getMessage());
  }
}
