package jbuild.buildfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What naive parsers get wrong. */
class ParsingTrapsTest {
  private static Buildfile parse(String... lines) throws BuildfileException {
    return BuildfileParser.parse("Buildfile", String.join("\n", lines).getBytes(UTF_8));
  }

  private static String error(String... lines) {
    return assertThrows(BuildfileException.class, () -> parse(lines)).getMessage();
  }

  private static Instruction.Run run(String... lines) throws BuildfileException {
    return (Instruction.Run) parse(lines).stages().get(0).instructions().get(0);
  }

  private static String shell(String... lines) throws BuildfileException {
    return ((CommandLine.Shell) run(lines).command()).text();
  }

  @Test
  void more_stages_than_anybody_writes_are_refused() {
    String message = error("FROM scratch\n".repeat(1_001));
    assertEquals("Buildfile:1001:1: file has more than 1000 stages", message);
  }

  @Test
  void trap_2_comments_inside_an_instruction_are_dropped_and_later_hashes_are_data()
      throws Exception {
    assertEquals("a # b  c", shell("FROM x", "RUN a # b \\", "  # gone", "#gone", " c"));
    assertEquals("a    b", shell("FROM x", "RUN a \\", "", " \\", "", "  b"));
    Heredoc document = run("FROM x", "RUN <<E", "# kept", "", "  a \\", "E").heredocs().get(0);
    assertEquals("# kept\n\n  a \\\n", document.content());
  }

  @Test
  void trap_3_the_last_character_continues_unless_it_is_escaped() throws Exception {
    assertEquals("a   b", shell("FROM x", "  RUN a \\ \t ", "  b"));
    assertEquals("a b", shell("FROM x", "RUN a \\", "b \\"));
    assertEquals("a \\\\", shell("FROM x", "RUN a \\\\", "CMD b"));
    assertEquals("a \\n b", shell("FROM x", "RUN a \\n b"));
    assertEquals("a \\", shell("# escape=`", "FROM x", "RUN a \\", "CMD b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "RUN [\"a\", \"b c\"]    | Exec[argv=[a, b c]]",
        "RUN ['a', 'b']          | Shell[text=['a', 'b']]",
        "RUN [\"a\\w\"]          | Shell[text=[\"a\\w\"]]",
        "RUN [\"a\"] # x         | Shell[text=[\"a\"] # x]",
        "RUN [\"a\",]            | Shell[text=[\"a\",]]",
      })
  void trap_4_what_parses_as_json_is_the_exec_form(String line, String command) throws Exception {
    assertEquals(command, run("FROM x", line).command().toString());
  }

  @Test
  void trap_4_an_array_with_anything_but_strings_is_an_error() {
    assertEquals(
        "Buildfile:2:11: RUN in JSON form holds something that is not a string",
        error("FROM x", "RUN [\"a\", 1]"));
  }

  @Test
  void trap_5_env_without_equals_takes_the_rest_of_the_line() throws Exception {
    Instruction.Env env =
        (Instruction.Env)
            parse("FROM x", "ENV ONE TWO= THREE=world").stages().get(0).instructions().get(0);
    assertEquals("ONE", env.pairs().get(0).name().text());
    assertEquals("TWO= THREE=world", env.pairs().get(0).value().text());
    assertEquals(
        "Buildfile:2:9: missing = in b (ENV takes name=value)", error("FROM x", "ENV a=1 b"));
  }

  @Test
  void trap_6_names_of_stages_are_lower_case_words() throws Exception {
    assertEquals("a-b_c.1", parse("FROM x AS A-b_C.1").stages().get(0).name());
    for (String name : List.of("1a", "a/b", "_a", "a$b")) {
      assertEquals(
          "Buildfile:1:11: invalid stage name: "
              + name
              + " (a letter, then letters, digits, - _ and .)",
          error("FROM x AS " + name));
    }
  }

  @Test
  void trap_7_unknown_instructions_and_flags_are_errors_with_a_suggestion() {
    assertEquals(
        "Buildfile:2:1: unknown instruction: WROKDIR (did you mean WORKDIR?)",
        error("FROM x", "WROKDIR /a"));
    assertEquals(
        "Buildfile:2:6: COPY has no flag --chwon (did you mean --chown?)",
        error("FROM x", "COPY --chwon=1 a b"));
    assertEquals(
        "Buildfile:1:6: FROM has no flag --platfrm (did you mean --platform?)",
        error("FROM --platfrm=x y"));
    assertEquals(
        "Buildfile:2:13: HEALTHCHECK has no flag --retry",
        error("FROM x", "HEALTHCHECK --retry=1 CMD a"));
  }

  @Test
  void trap_45_onbuild_takes_no_onbuild_from_or_maintainer() {
    for (String trigger : List.of("ONBUILD RUN a", "FROM y", "MAINTAINER me")) {
      String word = trigger.substring(0, trigger.indexOf(' '));
      assertEquals(
          "Buildfile:2:9: " + word + " cannot be the trigger of an ONBUILD",
          error("FROM x", "ONBUILD " + trigger));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--interval=1m30s --retries=3 CMD a | 90000000000 0 0 0 3",
        "--timeout=1.5s --start-period=0s CMD a | 0 1500000000 0 0 0",
        "--start-period=1h --start-interval=5ms CMD a | 0 0 3600000000000 5000000 0",
      })
  void trap_44_durations_are_nanoseconds(String text, String expected) throws Exception {
    Healthcheck check =
        ((Instruction.HealthcheckInstruction)
                parse("FROM x", "HEALTHCHECK " + text).stages().get(0).instructions().get(0))
            .healthcheck();
    assertEquals(
        expected,
        check.interval()
            + " "
            + check.timeout()
            + " "
            + check.startPeriod()
            + " "
            + check.startInterval()
            + " "
            + check.retries());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--interval=1us CMD a | 2:13: flag --interval is less than 1ms",
        "--interval=5 CMD a | 2:13: flag --interval: invalid duration: 5 (for example 30s or"
            + " 1m30s)",
        "--retries=-1 CMD a | 2:13: flag --retries is not a count: -1",
        "NONE a | 2:18: HEALTHCHECK NONE takes no argument",
        "CMD | 2:13: HEALTHCHECK CMD without a command",
        "TCP 80 | 2:13: unknown kind of HEALTHCHECK: TCP (CMD or NONE)",
      })
  void trap_44_a_healthcheck_that_cannot_be_is_refused(String text, String message) {
    assertEquals("Buildfile:" + message, error("FROM x", "HEALTHCHECK " + text));
  }
}
