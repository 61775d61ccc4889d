package jbuild.graph;

import static jbuild.graph.Builds.last;
import static jbuild.graph.Builds.operations;
import static jbuild.graph.Builds.plan;
import static jbuild.graph.Builds.runEnvironment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.BuildfileException;
import org.junit.jupiter.api.Test;

/**
 * Which value a name has where: semantics of the reference, "ARG" and "Environment replacement".
 */
class VariableScopeTest {
  @Test
  void one_instruction_sees_the_values_before_it() throws Exception {
    List<Operation> operations =
        operations("FROM x", "ENV abc=hello", "ENV abc=bye def=$abc", "RUN true");
    assertEquals(Map.of("abc", "bye", "def", "hello"), runEnvironment(operations));
  }

  @Test
  void global_arg_reaches_a_stage_only_through_a_bare_arg() throws Exception {
    assertEquals(Map.of(), runEnvironment(operations("ARG g=1", "FROM x", "RUN true")));
    assertEquals(
        Map.of("g", "1"), runEnvironment(operations("ARG g=1", "FROM x", "ARG g", "RUN true")));
    assertEquals(
        Map.of("g", "2"), runEnvironment(operations("ARG g=1", "FROM x", "ARG g=2", "RUN true")));
  }

  @Test
  void bare_arg_without_any_value_is_not_exported() throws Exception {
    assertEquals(Map.of(), runEnvironment(operations("FROM x", "ARG nothing", "RUN true")));
  }

  @Test
  void build_argument_wins_over_defaults() throws Exception {
    BuildGraph graph = plan(null, Map.of("a", "cli"), "FROM x", "ARG a=default b=$a", "RUN true");
    assertEquals(Map.of("a", "cli", "b", "cli"), runEnvironment(operations(graph)));
  }

  @Test
  void env_wins_over_arg_wherever_the_arg_stands() throws Exception {
    BuildGraph graph =
        plan(null, Map.of("v", "arg"), "FROM x", "ARG v", "ENV v=env", "ARG v", "RUN true");
    assertEquals(Map.of("v", "env"), runEnvironment(operations(graph)));
  }

  @Test
  void stage_on_a_stage_inherits_args_and_env_but_an_unrelated_one_does_not() throws Exception {
    String[] common = {"FROM x AS base", "ARG a=1", "ENV e=2", "USER u", "WORKDIR /w"};
    BuildGraph child = plan(null, Map.of(), join(common, "FROM base", "RUN true"));
    assertEquals(Map.of("e", "2", "a", "1"), runEnvironment(operations(child)));
    Operation.RunOp run = last(operations(child), Operation.RunOp.class);
    assertEquals("u /w", run.user() + " " + run.workdir());
    BuildGraph other =
        plan(null, Map.of(), join(common, "FROM y", "COPY --from=base /a /a", "RUN true"));
    assertEquals(Map.of(), runEnvironment(operations(other)));
  }

  @Test
  void platform_args_are_there_for_the_asking() throws Exception {
    assertEquals(
        Map.of("TARGETARCH", "amd64", "BUILDPLATFORM", "linux/amd64", "TARGETVARIANT", ""),
        runEnvironment(
            operations("FROM x", "ARG TARGETARCH BUILDPLATFORM TARGETVARIANT", "RUN true")));
  }

  @Test
  void proxies_reach_run_but_neither_history_nor_environment() throws Exception {
    BuildGraph graph = plan(null, Map.of("http_proxy", "p"), "FROM x", "RUN true");
    Operation.RunOp run = last(operations(graph), Operation.RunOp.class);
    assertEquals(List.of("HTTP_PROXY=p", "http_proxy=p"), run.proxyEnvironment());
    assertEquals(Map.of(), runEnvironment(operations(graph)));
    assertEquals("RUN /bin/sh -c true # buildkit", run.createdBy());
  }

  @Test
  void base_without_path_gets_the_default_one() throws Exception {
    Operation.RunOp run = last(operations("FROM scratch", "RUN true"), Operation.RunOp.class);
    assertEquals(List.of("PATH=" + StageScope.DEFAULT_PATH), run.environment());
    BaseImage base = Builds.image(List.of("PATH=/x"), "", "", List.of());
    run = last(operations(plan("FROM y", "RUN true"), base), Operation.RunOp.class);
    assertEquals(List.of("PATH=/x"), run.environment());
  }

  @Test
  void run_and_cmd_are_left_to_the_shell() throws Exception {
    List<Operation> operations =
        operations("FROM x", "ENV v=1", "CMD echo $v '$v'", "RUN echo \"$v\" \\$v");
    assertEquals(
        List.of("/bin/sh", "-c", "echo \"$v\" \\$v"),
        last(operations, Operation.RunOp.class).argv());
    assertEquals(
        List.of("/bin/sh", "-c", "echo $v '$v'"),
        last(operations.subList(0, 2), Operation.CmdOp.class).argv());
  }

  @Test
  void required_variable_fails_the_build_at_its_word() {
    BuildfileException error =
        assertThrows(
            BuildfileException.class,
            () -> operations("FROM x", "ENV a=b", "LABEL v=\"${none:?say which}\""));
    assertEquals(
        "Buildfile:3:7: expand \"${none:?say which}\": none: say which", error.getMessage());
  }

  @Test
  void doubling_values_are_stopped() {
    String[] lines = new String[41];
    lines[0] = "FROM x";
    for (int i = 1; i < lines.length; i++) {
      lines[i] = "ENV a=${a:-xxxxxxxx}$a$a";
    }
    BuildfileException error = assertThrows(BuildfileException.class, () -> operations(lines));
    assertTrue(error.getMessage().contains("result longer than"));
  }

  private static String[] join(String[] first, String... rest) {
    String[] all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }
}
