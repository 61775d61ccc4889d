package jbuild.graph;

import static jbuild.graph.Builds.last;
import static jbuild.graph.Builds.operations;
import static jbuild.graph.Builds.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Warning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the language has beyond a Dockerfile's: UNSET and the strict shell. */
class ExtensionsTest {
  private static final BaseImage BASE = Builds.image(List.of("A=1", "B=2"), "", "", List.of());

  @Test
  void unset_takes_a_variable_away_from_what_follows() throws Exception {
    List<Operation> operations =
        operations(plan("FROM x", "ENV C=3", "UNSET ENV A C", "LABEL l=$A-$B-$C", "RUN x"), BASE);
    assertEquals("LABEL l=-2-", operations.get(2).createdBy());
    assertEquals(
        List.of("B=2", "PATH=" + StageScope.DEFAULT_PATH),
        last(operations, Operation.RunOp.class).environment());
  }

  @Test
  void unset_of_a_variable_lets_an_arg_of_that_name_be_seen() throws Exception {
    List<Operation> operations =
        operations(plan("FROM x", "ARG A=arg", "UNSET ENV A", "LABEL l=$A"), BASE);
    assertEquals("LABEL l=arg", operations.get(2).createdBy());
  }

  @Test
  void unset_knows_ranges_of_ports_and_expands_names() throws Exception {
    Operation.UnsetOp unset =
        last(
            operations("FROM x", "ENV p=90", "EXPOSE 90-91", "UNSET EXPOSE $p-91/tcp"),
            Operation.UnsetOp.class);
    assertEquals(List.of("90/tcp", "91/tcp"), unset.names());
    assertEquals("UNSET EXPOSE 90-91/tcp", unset.createdBy());
  }

  @Test
  void names_that_are_not_set_are_warned_of_with_a_near_miss() throws Exception {
    ExpandedStage stage =
        Builds.expanded(
            plan(
                "FROM x",
                "LABEL own=1",
                "UNSET LABEL from.base own from.bse",
                "UNSET VOLUME /vol /vol",
                "UNSET EXPOSE 80/udp"),
            BASE);
    assertEquals(
        List.of(
            "3:27 UNSET LABEL of what is not set: from.bse",
            "4:19 UNSET VOLUME of what is not set: /vol",
            "5:14 UNSET EXPOSE of what is not set: 80/udp (did you mean 80/tcp?)"),
        stage.warnings().stream().map(ExtensionsTest::line).toList());
    stage = Builds.expanded(plan("FROM x", "ENV NAME=1", "UNSET ENV NMAE"), BASE);
    assertEquals(
        List.of("3:11 UNSET ENV of what is not set: NMAE (did you mean NAME?)"),
        stage.warnings().stream().map(ExtensionsTest::line).toList());
  }

  private static String line(Warning warning) {
    return warning.range() + " " + warning.message();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"/bin/bash\", \"-c\"]           | /bin/bash -o pipefail -ec x",
        "[\"/bin/bash\", \"-lc\"]          | /bin/bash -o pipefail -lec x",
        "[\"bash\",\"-eo\",\"pipefail\",\"-c\"] | bash -eo pipefail -ec x",
        "[\"/bin/ash\", \"-ec\"]           | /bin/ash -o pipefail -ec x",
        "[\"/usr/bin/python3\", \"-c\"]    | /usr/bin/python3 -c x",
        "[\"/bin/sh\", \"-c\"] | /bin/sh -ec (set -o pipefail) 2>/dev/null && set -o pipefail; x",
      })
  void a_strict_shell_gets_errexit_and_pipefail(String shell, String argv) throws Exception {
    List<Operation> operations =
        operations("# jbuild: strict-shell", "FROM x", "SHELL " + shell, "RUN x");
    Operation.RunOp run = last(operations, Operation.RunOp.class);
    assertEquals(argv, String.join(" ", run.argv()));
    assertEquals("RUN " + argv + " # buildkit", run.createdBy());
  }

  @Test
  void a_strict_shell_is_for_run_in_shell_form_only() throws Exception {
    String directive = "# jbuild: strict-shell";
    assertEquals(
        List.of("/bin/sh", "-c", "x"),
        last(operations(directive, "FROM x", "CMD x"), Operation.CmdOp.class).argv());
    assertEquals(
        List.of("x"),
        last(operations(directive, "FROM x", "RUN [\"x\"]"), Operation.RunOp.class).argv());
    assertEquals(
        "(set -o pipefail) 2>/dev/null && set -o pipefail; a\nb\n",
        last(operations(directive, "FROM x", "RUN <<E", "a", "b", "E"), Operation.RunOp.class)
            .argv()
            .get(2));
    assertEquals(
        List.of("/bin/sh", "-c", "x"),
        last(operations("FROM x", directive, "RUN x"), Operation.RunOp.class).argv());
  }

  @Test
  void unset_without_names_or_of_something_else_is_refused() {
    assertEquals("Buildfile:2:7: UNSET ENV names nothing", refusal("UNSET ENV"));
    assertEquals("Buildfile:2:7: UNSET of ENVV (did you mean ENV?)", refusal("UNSET ENVV a"));
    assertEquals(
        "Buildfile:2:7: UNSET of USER (it can be ENV, LABEL, VOLUME or EXPOSE)",
        refusal("UNSET USER a"));
    assertEquals("Buildfile:2:1: UNSET takes at least one argument", refusal("UNSET"));
  }

  private static String refusal(String line) {
    return assertThrows(BuildfileException.class, () -> plan("FROM x", line)).getMessage();
  }
}
