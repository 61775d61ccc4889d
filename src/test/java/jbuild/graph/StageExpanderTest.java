package jbuild.graph;

import static jbuild.graph.Builds.last;
import static jbuild.graph.Builds.operations;
import static jbuild.graph.Builds.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import jbuild.buildfile.BuildfileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageExpanderTest {
  private static Operation.CopyOp copy(String... lines) throws BuildfileException {
    return last(operations(lines), Operation.CopyOp.class);
  }

  private static String refusal(String... lines) {
    return assertThrows(BuildfileException.class, () -> operations(lines)).getMessage();
  }

  @Test
  void history_is_written_as_buildkit_writes_it() throws Exception {
    List<Operation> operations =
        operations(
            plan(
                null,
                Map.of("b", "2"),
                "FROM x",
                "ARG a b",
                "ENV k=\"v w\" l=m",
                "LABEL n o",
                "RUN make  all",
                "RUN [\"echo\", \"a b\"]",
                "WORKDIR sub",
                "COPY --from=img --chown=1:2 --chmod=0644 s* /t $l /d/",
                "ADD file .",
                "CMD a \"b\"",
                "ENTRYPOINT [\"e\"]",
                "EXPOSE 90 80/UDP",
                "VOLUME /v /w",
                "USER $l",
                "STOPSIGNAL SIGINT",
                "SHELL [\"/bin/ash\", \"-c\"]",
                "HEALTHCHECK --interval=90s --timeout=1500ms CMD true",
                "MAINTAINER me",
                "ONBUILD RUN x"));
    assertEquals(
        List.of(
            "ARG a b=2",
            "ENV k=v w l=m",
            "LABEL n=o",
            "RUN |2 a= b=2 /bin/sh -c make  all # buildkit",
            "RUN |2 a= b=2 echo a b # buildkit",
            "WORKDIR /sub",
            "COPY --chown=1:2 --chmod=0644 s* /t m /d/ # buildkit",
            "ADD file . # buildkit",
            "CMD [\"/bin/sh\" \"-c\" \"a \\\"b\\\"\"]",
            "ENTRYPOINT [\"e\"]",
            "EXPOSE [80/udp 90/tcp]",
            "VOLUME [/v /w]",
            "USER m",
            "STOPSIGNAL SIGINT",
            "SHELL [/bin/ash -c]",
            "HEALTHCHECK {Test:[CMD-SHELL true] Interval:1m30s Timeout:1.5s StartPeriod:0s"
                + " StartInterval:0s Retries:0}",
            "MAINTAINER me"),
        operations.stream().map(Operation::createdBy).filter(Objects::nonNull).toList());
    assertNull(operations.get(operations.size() - 1).createdBy());
  }

  @Test
  void shell_user_and_directory_hold_from_where_they_stand() throws Exception {
    List<Operation> operations =
        operations(
            "FROM x",
            "RUN one",
            "SHELL [\"/bin/bash\", \"-ec\"]",
            "USER u:g",
            "WORKDIR a/../b",
            "WORKDIR ${none}c",
            "RUN two");
    Operation.RunOp run = last(operations, Operation.RunOp.class);
    assertEquals(List.of("/bin/bash", "-ec", "two"), run.argv());
    assertEquals("u:g", run.user());
    assertEquals("/b/c", run.workdir());
    assertEquals("/", last(operations.subList(0, 1), Operation.RunOp.class).workdir());
  }

  @Test
  void base_gives_directory_user_and_shell() throws Exception {
    BaseImage base = Builds.image(List.of("A=1"), "/base", "who", List.of("/bin/ksh"));
    Operation.RunOp run =
        last(operations(plan("FROM x", "WORKDIR sub", "RUN $A"), base), Operation.RunOp.class);
    assertEquals(List.of("/bin/ksh", "$A"), run.argv());
    assertEquals("/base/sub who", run.workdir() + " " + run.user());
  }

  @Test
  void root_as_workdir_makes_no_layer() throws Exception {
    assertFalse(last(operations("FROM x", "WORKDIR /"), Operation.WorkdirOp.class).makesLayer());
    assertTrue(last(operations("FROM x", "WORKDIR /a"), Operation.WorkdirOp.class).makesLayer());
  }

  @Test
  void entrypoint_clears_an_inherited_cmd_but_not_one_of_its_stage() throws Exception {
    String[] inherited = {"FROM x AS a", "CMD c", "FROM a", "ENTRYPOINT e"};
    assertTrue(last(operations(inherited), Operation.EntrypointOp.class).clearsCmd());
    String[] own = {"FROM x", "CMD c", "ENTRYPOINT e"};
    assertFalse(last(operations(own), Operation.EntrypointOp.class).clearsCmd());
  }

  @Test
  void sources_cannot_lead_out_of_their_root() throws Exception {
    Operation.CopyOp copy =
        copy("FROM x", "COPY ../../etc/passwd /abs/./dir/ a/../b* \\*lit [[]x .. /d");
    assertEquals(
        List.of("etc/passwd", "abs/dir", "b*", "*lit", "[[]x", "."),
        copy.sources().stream().map(Operation.Source::path).toList());
    assertEquals(
        List.of(false, false, true, true, true, false),
        copy.sources().stream().map(Operation.Source::wildcard).toList());
  }

  @Test
  void empty_source_is_the_whole_context() throws Exception {
    assertEquals(".", copy("FROM x", "COPY $none /d").sources().get(0).path());
  }

  @ParameterizedTest
  @CsvSource({
    "/abs, /abs, false",
    "/abs/, /abs, true",
    "rel, /w/rel, false",
    "., /w, true",
    "./, /w, true",
    "../x/., /x, true",
    "/, /, true",
    "$none, /w, true"
  })
  void destination(String written, String path, boolean directory) throws Exception {
    Operation.CopyOp copy = copy("FROM x", "WORKDIR /w", "COPY a " + written);
    assertEquals(path + directory, copy.destination() + copy.destinationIsDirectory());
  }

  @Test
  void several_sources_need_a_directory() throws Exception {
    assertTrue(copy("FROM x", "COPY a b /d").destinationIsDirectory());
  }

  @Test
  void documents_of_copy_are_expanded_unless_quoted() throws Exception {
    Operation.CopyOp copy =
        copy("FROM x", "ENV v=1", "COPY <<a <<-'b' /d", "\"$v\" \\$v", "a", "\t$v 'x'", "\tb");
    assertEquals(
        List.of(new InlineFile("a", "\"1\" $v\n"), new InlineFile("b", "$v 'x'\n")), copy.files());
    assertEquals("COPY <<a <<b /d # buildkit", copy.createdBy());
  }

  @Test
  void lone_document_of_run_is_the_script_for_the_shell() throws Exception {
    Operation.RunOp run =
        last(operations("FROM x", "RUN <<-EOF", "\techo $x", "EOF"), Operation.RunOp.class);
    assertEquals(List.of("/bin/sh", "-c", "echo $x\n"), run.argv());
    assertNull(run.script());
  }

  @Test
  void document_with_an_interpreter_is_a_file() throws Exception {
    Operation.RunOp run =
        last(operations("FROM x", "RUN <<EOF", "#!/usr/bin/perl", "EOF"), Operation.RunOp.class);
    assertEquals(List.of("/bin/sh", "-c", "/dev/pipes/EOF"), run.argv());
    assertEquals(new InlineFile("EOF", "#!/usr/bin/perl\n"), run.script());
  }

  @Test
  void document_for_a_command_is_given_back_to_the_shell() throws Exception {
    Operation.RunOp run =
        last(operations("FROM x", "RUN <<EOF cat", "a", "EOF"), Operation.RunOp.class);
    assertEquals(List.of("/bin/sh", "-c", "<<EOF cat\na\nEOF"), run.argv());
  }

  @Test
  void network_mode_is_typed() throws Exception {
    assertEquals(
        Operation.Network.NONE,
        last(operations("FROM x", "RUN --network=none y"), Operation.RunOp.class).network());
    assertEquals(
        Operation.Network.DEFAULT,
        last(operations("FROM x", "RUN y"), Operation.RunOp.class).network());
  }

  @Test
  void values_that_make_no_sense_after_expansion_are_refused_at_their_place() {
    assertEquals("Buildfile:2:6: invalid pattern: a[", refusal("FROM x", "COPY a[ /d"));
    assertEquals("Buildfile:2:12: unknown signal: SIGX", refusal("FROM x", "STOPSIGNAL SIGX"));
    assertEquals(
        "Buildfile:2:11: invalid port: 99999 (a number up to 65535)",
        refusal("FROM x", "EXPOSE 80 99999"));
    assertEquals("Buildfile:2:8: EXPOSE with an empty port", refusal("FROM x", "EXPOSE \"\""));
    assertEquals(
        "Buildfile:2:8: ranges of different length in port: 1-5:10-12",
        refusal("FROM x", "EXPOSE 1-5:10-12"));
    assertEquals(
        "Buildfile:2:8: invalid address in port: 1.2.3:80:90",
        refusal("FROM x", "EXPOSE 1.2.3:80:90"));
    assertEquals(
        "Buildfile:2:6: COPY cannot fetch: https://h/x (ADD is the instruction for URLs)",
        refusal("FROM x", "COPY https://h/x /d"));
    assertEquals(
        "Buildfile:2:1: --chown=app with --link: an independent layer has no names of users (use"
            + " numbers, --chown=UID:GID)",
        refusal("FROM x", "COPY --link --chown=app a /d"));
    assertEquals(
        "Buildfile:2:6: --exclude=[: invalid pattern: [",
        refusal("FROM x", "COPY --exclude=[ a /d"));
    assertEquals(
        "Buildfile:2:6: --exclude=!: exception without a pattern",
        refusal("FROM x", "COPY --exclude=! a /d"));
    assertTrue(
        refusal("FROM x", "COPY --chmod=9 a /d").startsWith("Buildfile:2:6: invalid mode: 9"));
  }

  @ParameterizedTest
  @CsvSource({
    "80, 80/tcp", "80/, 80/tcp", "53/UDP, 53/udp", "1-3/sctp, 1/sctp 2/sctp 3/sctp",
    "127.0.0.1:8080:80, 80/tcp", "[::1]:80:81, 81/tcp", "::::80, 80/tcp", "8000:80, 80/tcp",
    "8000-8010:80, 80/tcp", "::ffff:1.2.3.4:1-2:3-4, 3/tcp 4/tcp",
  })
  void ports(String text, String ports) throws Exception {
    assertEquals(ports, String.join(" ", PortSpecs.parse(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "644, 0, false, 644", "u=rwX, 640, false, 640", "u=rwX, 640, true, 740",
    "a+x, 640, false, 751", "go-rwx, 777, true, 700", "u+s, 755, false, 4755",
    "'u=rw,go=u', 700, false, 666", "+t, 777, true, 1777", "=r, 7777, false, 1444",
    "=, 7777, false, 1000", "a=rt, 7777, false, 1444", "o+t, 777, true, 777",
    "a-x+X, 755, false, 755", "-X, 755, true, 644", "u=, 7777, false, 3077",
    "o=u-w+t, 4750, false, 4755", "ug+s, 755, false, 6755", "go=u, 2700, true, 2777",
  })
  void modes(String change, String before, boolean directory, String after) throws Exception {
    int mode = ModeChange.parse(change).apply(Integer.parseInt(before, 8), directory);
    assertEquals(after, Integer.toOctalString(mode));
  }
}
