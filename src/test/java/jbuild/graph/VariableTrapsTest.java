package jbuild.graph;

import static jbuild.graph.Builds.operations;
import static jbuild.graph.Builds.plan;
import static jbuild.graph.Builds.runEnvironment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jbuild.buildfile.BuildfileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What naive builders get wrong about variables and what they leave in an image. */
class VariableTrapsTest {
  private static String history(String... lines) throws BuildfileException {
    return operations(lines).stream().map(Operation::createdBy).collect(Collectors.joining("; "));
  }

  private static String error(String... lines) {
    return assertThrows(BuildfileException.class, () -> operations(lines)).getMessage();
  }

  @Test
  void trap_8_values_of_the_same_instruction_are_the_old_ones() throws Exception {
    assertEquals(
        "ENV abc=hello; ENV abc=bye def=hello; ENV ghi=bye",
        history("FROM x", "ENV abc=hello", "ENV abc=bye def=$abc", "ENV ghi=$abc"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "LABEL $v=$v          | LABEL val=val",
        "EXPOSE ${p}          | EXPOSE [80/tcp]",
        "STOPSIGNAL $s        | STOPSIGNAL INT",
        "USER $v:$v           | USER val:val",
        "VOLUME /$v           | VOLUME [/val]",
        "VOLUME [\"/$v\"]     | VOLUME [/val]",
        "WORKDIR /$v          | WORKDIR /val",
        "ARG a=$v             | ARG a=val",
        "COPY --chown=$v a /$v | COPY --chown=val a /val # buildkit",
        "CMD $v               | CMD [\"/bin/sh\" \"-c\" \"$v\"]",
        "ENTRYPOINT [\"$v\"]  | ENTRYPOINT [\"$v\"]",
        "RUN [\"$v\"]         | RUN $v # buildkit",
        "SHELL [\"$v\"]       | SHELL [$v]",
      })
  void trap_9_the_builder_expands_some_instructions_only(String line, String expected)
      throws Exception {
    String[] lines = {"FROM x", "ENV v=val p=80 s=INT", line};
    assertEquals("ENV v=val p=80 s=INT; " + expected, history(lines));
  }

  @Test
  void trap_10_single_quotes_keep_everything_and_double_quotes_know_three_escapes()
      throws Exception {
    assertEquals(
        "ENV v=1; LABEL a=$v b=1 c=$v d=\\w\"\\",
        history("FROM x", "ENV v=1", "LABEL a='$v' b=\"$v\" c=\\$v d=\"\\w\\\"\\\\\""));
    assertEquals(
        "Buildfile:3:7: expand ${FOOO:?}: FOOO: is not allowed to be unset (did you mean FOO?)",
        error("FROM x", "ENV FOO=1", "LABEL a=${FOOO:?}"));
  }

  @Test
  void trap_10_a_global_arg_that_must_be_set_is_pointed_out() {
    assertEquals(
        "Buildfile:3:7: expand ${V?}: V: is not allowed to be unset (ARG V in the stage brings the"
            + " global one in)",
        error("ARG V=1", "FROM x", "LABEL a=${V?}"));
    assertEquals(
        "Buildfile:2:6: FROM names nothing: $VERSON (did you mean VERSION?)",
        error("ARG VERSION=1", "FROM $VERSON"));
  }

  @Test
  void trap_11_minus_and_plus_without_a_colon_test_for_unset_alone() throws Exception {
    assertEquals(
        "ENV e=; LABEL a=w b= c= d=w",
        history("FROM x", "ENV e=", "LABEL a=${e:-w} b=${e-w} c=${e:+w} d=${e+w}"));
  }

  @Test
  void trap_12_a_global_arg_is_seen_by_from_and_by_who_asks() throws Exception {
    String[] lines = {"ARG V=1", "FROM i:$V", "LABEL a=$V", "ARG V", "LABEL b=$V"};
    assertEquals("LABEL a=; ARG V=1; LABEL b=1", history(lines));
    assertEquals(new InputRef.FromImage("i:1"), plan(lines).target().base());
    assertEquals(Map.of(), runEnvironment(operations("FROM x", "ARG NONE", "RUN y")));
    assertEquals(
        "LABEL a=; ARG TARGETARCH=amd64",
        history("FROM x", "LABEL a=$TARGETARCH", "ARG TARGETARCH"));
  }

  @Test
  void trap_13_stages_built_on_a_stage_inherit_args() throws Exception {
    assertEquals(
        Map.of("A", "1", "E", "2"),
        runEnvironment(operations("FROM x AS a", "ARG A=1", "ENV E=2", "FROM a", "RUN y")));
    assertEquals(
        Map.of(),
        runEnvironment(
            operations("FROM x AS a", "ARG A=1", "FROM x", "COPY --from=a b c", "RUN y")));
  }

  @Test
  void trap_14_env_wins_over_an_arg_of_the_same_name() throws Exception {
    assertEquals(
        Map.of("A", "env"),
        runEnvironment(operations("FROM x", "ENV A=env", "ARG A=arg", "RUN y")));
    assertEquals(
        Map.of("A", "env"),
        runEnvironment(operations("FROM x", "ARG A=arg", "ENV A=env", "RUN y")));
  }

  @Test
  void trap_15_a_valued_arg_is_part_of_each_run_after_it() throws Exception {
    List<Operation> operations = operations("FROM x", "RUN a", "ARG A=1", "RUN b");
    assertEquals(Map.of(), runEnvironment(operations.subList(0, 1)));
    assertEquals(Map.of("A", "1"), runEnvironment(operations));
    Map<String, String> proxy = Map.of("http_proxy", "p");
    assertEquals(Map.of(), runEnvironment(operations(plan(null, proxy, "FROM x", "RUN a"))));
    assertEquals(
        Map.of("http_proxy", "p"),
        runEnvironment(operations(plan(null, proxy, "FROM x", "ARG http_proxy", "RUN a"))));
  }

  @Test
  void trap_39_a_relative_directory_joins_that_of_the_base() throws Exception {
    BaseImage base = Builds.image(List.of(), "/base", "me", List.of());
    Operation.WorkdirOp workdir =
        Builds.last(operations(plan("FROM x", "WORKDIR a/../b"), base), Operation.WorkdirOp.class);
    assertEquals("/base/b me", workdir.path() + " " + workdir.user());
  }

  @Test
  void trap_41_an_entrypoint_resets_an_inherited_cmd_alone() throws Exception {
    assertEquals(
        true,
        Builds.last(operations("FROM x", "ENTRYPOINT a"), Operation.EntrypointOp.class)
            .clearsCmd());
    assertEquals(
        false,
        Builds.last(operations("FROM x", "CMD b", "ENTRYPOINT a"), Operation.EntrypointOp.class)
            .clearsCmd());
  }

  @Test
  void trap_42_shell_is_inherited_and_for_what_follows() throws Exception {
    BaseImage base = Builds.image(List.of(), "", "", List.of("/bin/ksh", "-c"));
    assertEquals(
        List.of("/bin/ksh", "-c", "a"),
        Builds.last(operations(plan("FROM x", "CMD a"), base), Operation.CmdOp.class).argv());
    assertEquals(
        "CMD [\"/bin/sh\" \"-c\" \"a\"]; SHELL [b]; CMD [\"b\" \"c\"]",
        history("FROM x", "CMD a", "SHELL [\"b\"]", "CMD c"));
    assertEquals(
        "Buildfile:2:7: SHELL takes a JSON array (for example [\"/bin/sh\", \"-c\"])",
        error("FROM x", "SHELL /bin/sh -c"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "80                         | EXPOSE [80/tcp]",
        "80/UDP 81/sctp 80          | EXPOSE [80/tcp 80/udp 81/sctp]",
        "8000-8002/udp              | EXPOSE [8000/udp 8001/udp 8002/udp]",
        "[2001:db8::68]::333        | EXPOSE [333/tcp]",
        "[::1]:80:81                | EXPOSE [81/tcp]",
        "2001:db8::68::333          | EXPOSE [333/tcp]",
        "127.0.0.1:1-2:3-4          | EXPOSE [3/tcp 4/tcp]",
      })
  void trap_46_ports_have_a_protocol_and_ranges(String ports, String expected) throws Exception {
    assertEquals(expected, history("FROM x", "EXPOSE " + ports));
  }

  @ParameterizedTest
  @CsvSource({"''''", "0.0.0.0:1-2:/tcp", "0.0.0.0:1-2:", "80/icmp", "70000", "9-8", "a"})
  void trap_46_ports_that_are_none_are_refused_at_their_place(String port) {
    assertEquals("Buildfile:2:8: ", error("FROM x", "EXPOSE " + port).substring(0, 15));
  }
}
