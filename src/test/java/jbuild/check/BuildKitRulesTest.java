package jbuild.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import jbuild.Allocation;
import jbuild.buildfile.BuildfileException;
import org.junit.jupiter.api.Test;

/**
 * Lines and messages as {@code docker build --check} has them (BuildKit's dockerfile_check_test.go
 * states what it expects; the files here are our own).
 */
class BuildKitRulesTest {
  private static void finds(CheckRequest request, List<String> expected, String... lines)
      throws BuildfileException {
    assertEquals(String.join("\n", expected), String.join("\n", Checks.buildKit(request, lines)));
  }

  private static void finds(List<String> expected, String... lines) throws BuildfileException {
    finds(Checks.request(), expected, lines);
  }

  @Test
  void names_of_stages_and_as_have_their_casing() throws Exception {
    finds(
        List.of(
            "1 StageNameCasing: Stage name 'Compile' should be lowercase",
            "2 FromAsCasing: 'as' and 'FROM' keywords' casing do not match"),
        "FROM scratch AS Compile",
        "FROM scratch as test",
        "FROM scratch AS final");
    finds(
        List.of("1 FromAsCasing: 'AS' and 'from' keywords' casing do not match"),
        "from scratch AS one",
        "from scratch as two");
  }

  @Test
  void an_empty_continuation_is_reported_at_the_instructions_last_line() throws Exception {
    finds(
        List.of("4 NoEmptyContinuation: Empty continuation line"),
        "FROM scratch",
        "LABEL a=b \\",
        "",
        "  c=d",
        "LABEL e=f \\",
        "# a comment is none",
        "  g=h");
  }

  @Test
  void the_majority_decides_on_casing_and_a_draw_is_for_upper_case() throws Exception {
    String rule = "ConsistentInstructionCasing: Command ";
    finds(
        List.of("1 " + rule + "'From' should match the case of the command majority (uppercase)"),
        "From scratch as a",
        "FROM scratch AS b");
    finds(
        List.of("2 " + rule + "'expose' should match the case of the command majority (uppercase)"),
        "FROM scratch",
        "expose 80");
    finds(
        List.of("1 " + rule + "'FROM' should match the case of the command majority (lowercase)"),
        "FROM scratch",
        "expose 80",
        "expose 81");
    finds(List.of(), "arg a=1", "FROM scratch"); // before the first FROM nobody counts
  }

  @Test
  void stages_have_names_of_their_own() throws Exception {
    finds(
        List.of(
            "2 DuplicateStageName: Duplicate stage name \"one\", stage names should be unique",
            "3 ReservedStageName: Stage name should not use the same name as reserved stage"
                + " \"scratch\"",
            "4 ReservedStageName: Stage name should not use the same name as reserved stage"
                + " \"context\""),
        "FROM scratch AS one",
        "FROM scratch AS one",
        "FROM alpine:3.20 AS scratch",
        "FROM alpine:3.20 AS context");
  }

  @Test
  void shell_forms_are_reported_unless_a_shell_was_chosen_here_or_below() throws Exception {
    String message =
        " JSONArgsRecommended: JSON arguments recommended for %s to prevent unintended behavior"
            + " related to OS signals";
    finds(
        List.of("2" + message.formatted("ENTRYPOINT"), "3" + message.formatted("CMD")),
        "FROM scratch",
        "ENTRYPOINT serve",
        "CMD all");
    finds(
        List.of(),
        "FROM scratch AS base",
        "SHELL [\"/bin/myshell\"]",
        "CMD all",
        "FROM base",
        "ENTRYPOINT serve");
  }

  @Test
  void the_earlier_of_two_commands_is_reported() throws Exception {
    String message =
        " MultipleInstructionsDisallowed: Multiple %s instructions should not be used in the same"
            + " stage because only the last one will be used";
    finds(
        List.of("2" + message.formatted("CMD"), "3" + message.formatted("HEALTHCHECK")),
        "FROM scratch AS one",
        "CMD [\"a\"]",
        "HEALTHCHECK CMD [\"a\"]",
        "LABEL a=b",
        "HEALTHCHECK NONE",
        "CMD [\"b\"]",
        "FROM one",
        "CMD [\"c\"]");
  }

  @Test
  void undeclared_arguments_of_from_have_near_misses() throws Exception {
    finds(
        List.of(
            "2 UndefinedArgInFrom: FROM argument 'MYARCH' is not declared (did you mean MY_ARCH?)",
            "3 UndefinedArgInFrom: FROM argument 'suffix' is not declared"),
        "ARG MY_ARCH=amd64",
        "FROM --platform=linux/${MYARCH:-amd64} alpine:3.20",
        "FROM alpine:3.20${suffix}");
    finds(List.of(), "ARG DEBUG", "FROM alpine:3.20${DEBUG}");
    finds(List.of(), "FROM --platform=$BUILDPLATFORM alpine:3.20");
  }

  @Test
  void defaults_that_name_no_image_are_reported_whatever_is_given() throws Exception {
    String message =
        "2 InvalidDefaultArgInFrom: Default value for ARG %s results in empty or invalid base image"
            + " name";
    finds(
        Checks.withArguments(Map.of("TAG", "3.20")),
        List.of(message.formatted("alpine:$TAG")),
        "ARG TAG",
        "FROM alpine:$TAG");
    finds(
        Checks.withArguments(Map.of("IMAGE", "alpine:3.20")),
        List.of(message.formatted("$IMAGE")),
        "ARG IMAGE",
        "FROM $IMAGE");
    finds(List.of(), "ARG VARIANT", "FROM alpine:3.20$VARIANT");
  }

  @Test
  void platforms_of_from_are_neither_constant_nor_the_default() throws Exception {
    finds(
        List.of(
            "1 FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value"
                + " \"linux/amd64\"",
            "4 RedundantTargetPlatform: Setting platform to predefined ${TARGETPLATFORM} in FROM is"
                + " redundant as this is the default behavior"),
        "FROM --platform=linux/amd64 scratch",
        "FROM --platform=linux/amd64 scratch AS tools_amd64",
        "FROM --platform=linux/amd64 scratch AS linux",
        "FROM --platform=${TARGETPLATFORM} scratch");
  }

  @Test
  void relative_directories_are_reported_once_a_build() throws Exception {
    finds(
        List.of(
            "2 WorkdirRelativePath: Relative workdir \"src/\" can have unexpected results if the"
                + " base image changes"),
        "FROM scratch AS a",
        "WORKDIR src/",
        "WORKDIR deeper",
        "FROM a",
        "WORKDIR deeper");
  }

  @Test
  void variables_are_set_before_they_are_used() throws Exception {
    finds(
        List.of("2 UndefinedVar: Usage of undefined variable '$src'"),
        "FROM scratch",
        "COPY $src .",
        "ARG src=a",
        "COPY $src .");
    finds(
        List.of(
            "3 UndefinedVar: Usage of undefined variable '$DIR_ASSET' (did you mean $DIR_ASSETS?)"),
        "FROM scratch",
        "ARG DIR_ASSETS=assets DIR_CONFIG=config",
        "COPY $DIR_ASSET .");
    finds(
        List.of("2 UndefinedVar: Usage of undefined variable '$PAHT' (did you mean $PATH?)"),
        "FROM scratch",
        "ENV PATH=$PAHT:/opt/bin");
    finds(List.of(), "FROM scratch", "ARG given", "COPY a${given} .", "RUN echo $anything");
    finds(List.of(), "FROM scratch AS a", "ENV up=1", "FROM a", "LABEL l=$up");
  }

  @Test
  void all_values_of_an_env_are_expanded_before_the_first_takes_effect() throws Exception {
    finds(
        List.of("2 UndefinedVar: Usage of undefined variable '$one'"),
        "FROM scratch",
        "ENV one=1 two=$one");
  }

  @Test
  void an_unknown_base_may_set_any_variable_but_no_slip_of_the_pen() throws Exception {
    finds(List.of(), "FROM example/java:17", "ENV PATH=$JAVA_HOME/bin:$PATH");
    finds(
        List.of("2 UndefinedVar: Usage of undefined variable '$PTAH' (did you mean $PATH?)"),
        "FROM example/java:17",
        "ENV PATH=/opt:$PTAH");
    finds(
        List.of("3 UndefinedVar: Usage of undefined variable '$VERSION'"),
        "ARG VERSION=1",
        "FROM example/java:17",
        "LABEL v=$VERSION");
  }

  @Test
  void the_variables_of_a_base_at_hand_count() throws Exception {
    KnownImages java = name -> new KnownImages.Facts(List.of("JAVA_HOME=/opt/java"), Checks.AMD64);
    finds(
        Checks.knowing(java),
        List.of(
            "3 UndefinedVar: Usage of undefined variable '$JAVA_HOM' (did you mean $JAVA_HOME?)",
            "4 UndefinedVar: Usage of undefined variable '$OTHER'"),
        "FROM example/java:17",
        "LABEL a=$JAVA_HOME",
        "LABEL b=$JAVA_HOM",
        "LABEL c=$OTHER");
  }

  @Test
  void old_forms_of_env_and_label_are_reported() throws Exception {
    finds(
        List.of(
            "2 LegacyKeyValueFormat: \"ENV key=value\" should be used instead of legacy \"ENV key"
                + " value\" format",
            "3 LegacyKeyValueFormat: \"LABEL key=value\" should be used instead of legacy \"LABEL"
                + " key value\" format"),
        "FROM scratch",
        "ENV a b",
        "LABEL a b",
        "ENV a=b");
  }

  @Test
  void secrets_are_known_by_the_words_of_their_names() throws Exception {
    String message =
        " SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (%s \"%s\")";
    finds(
        List.of(
            "2" + message.formatted("ARG", "API_KEY"),
            "3" + message.formatted("ENV", "db_password"),
            "3" + message.formatted("ENV", "Secret")),
        "FROM scratch",
        "ARG API_KEY",
        "ENV db_password=a Secret=b monkey=c PUBLIC_KEY=d KEY_FILE=e AUTH_VERSION=f passwords=g");
  }

  @Test
  void ports_are_plain() throws Exception {
    finds(
        List.of(
            "2 ExposeProtoCasing: Defined protocol '53/Udp' in EXPOSE instruction should be"
                + " lowercase",
            "2 ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port"
                + " mapping, found '[::1]:8080:80'",
            "2 ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port"
                + " mapping, found '81:80'"),
        "FROM scratch",
        "EXPOSE 53/Udp [::1]:8080:80 81:80 8000-8010/tcp");
  }

  @Test
  void sources_that_are_ignored_are_reported_unless_there_are_exceptions() throws Exception {
    String message =
        " CopyIgnoredFile: Attempting to %s file \"%s\" that is excluded by .dockerignore";
    String[] file = {
      "FROM scratch AS a", "COPY ./secret/a x/", "ADD secret /", "FROM a", "COPY --from=a secret /"
    };
    finds(
        Checks.ignoring("secret"),
        List.of(
            "2" + message.formatted("Copy", "secret/a"), "3" + message.formatted("Add", "secret")),
        file);
    finds(Checks.ignoring("secret", "!secret/a"), List.of(), file);
    finds(Checks.ignoring(".*"), List.of(), "FROM scratch", "COPY . .");
    finds(
        Checks.ignoring("**"),
        List.of("2" + message.formatted("Copy", ".")),
        "FROM scratch",
        "COPY . .");
  }

  @Test
  void descriptions_are_looked_at_only_when_asked_for() throws Exception {
    String message =
        " InvalidDefinitionDescription: Comment for %s should follow the format: `# %s"
            + " <description>`";
    finds(List.of(), "# whatever", "ARG a=1", "FROM scratch");
    finds(
        List.of(
            "3" + message.formatted("ARG", "a"),
            "8" + message.formatted("FROM", "base"),
            "13" + message.formatted("ARG", "<arg_key>")),
        "# check=experimental=all",
        "# no name",
        "ARG a=1",
        "# b is described",
        "ARG b=1",
        "# Base is not its name",
        "",
        "FROM scratch AS base",
        "# detached",
        "#",
        "ARG c=1",
        "# no name",
        "ARG d=1 e=2");
  }

  @Test
  void a_directive_skips_rules_and_a_comment_skips_them_for_one_instruction() throws Exception {
    finds(List.of(), "# check=skip=all", "FROM scratch as a", "copy b c");
    finds(
        List.of(
            "3 LegacyKeyValueFormat: \"ENV key=value\" should be used instead of legacy \"ENV"
                + " key value\" format"),
        "# check=skip=FromAsCasing, JSONArgsRecommended ,NobodyKnowsThis",
        "FROM scratch as a",
        "ENV a b",
        "# check=skip=LegacyKeyValueFormat // it is old",
        "ENV a b",
        "# check=skip=all",
        "ENV password=b",
        "CMD echo");
  }

  @Test
  void a_comment_that_cannot_be_understood_skips_nothing() throws Exception {
    finds(
        List.of(
            "3 LegacyKeyValueFormat: \"ENV key=value\" should be used instead of legacy \"ENV"
                + " key value\" format"),
        "FROM scratch",
        "# check=nonsense",
        "ENV a b");
  }

  @Test
  void a_directive_that_cannot_be_understood_is_an_error_with_its_line() {
    BuildfileException error =
        assertThrows(
            BuildfileException.class,
            () ->
                Checks.all(
                    Checks.request(),
                    "# syntax=docker/dockerfile:1",
                    "# check=skip",
                    "FROM scratch"));
    assertEquals(2, error.line());
    assertEquals("invalid check option: skip", error.problem());
  }

  @Test
  void error_true_makes_findings_of_buildkits_rules_errors_but_not_ours() throws Exception {
    assertTrue(
        Checks.result(Checks.request(), "# check=error=true", "FROM scratch as a").failsBuild());
    assertFalse(
        Checks.result(
                Checks.request(),
                "# check=skip=FromAsCasing;error=true",
                "FROM alpine as a",
                "ADD .env /")
            .failsBuild());
    assertFalse(Checks.result(Checks.request(), "FROM scratch as a").failsBuild());
  }

  @Test
  void the_build_argument_stands_for_the_directive() throws Exception {
    finds(
        Checks.withArguments(
            Map.of("BUILDKIT_DOCKERFILE_CHECK", "skip=ConsistentInstructionCasing")),
        List.of("2 FromAsCasing: 'as' and 'FROM' keywords' casing do not match"),
        "# check=skip=all",
        "FROM scratch as a",
        "expose 80");
  }

  @Test
  void stages_that_the_target_does_not_need_are_looked_at_only_without_a_target() throws Exception {
    String[] file = {"FROM scratch AS one", "ENV a b", "FROM scratch AS two", "ENV c d"};
    assertEquals(2, Checks.buildKit(Checks.request(), file).size());
    assertEquals(1, Checks.buildKit(Checks.target("two"), file).size());
  }

  @Test
  void a_long_value_that_is_used_without_end_is_expanded_so_often_only() throws Exception {
    StringBuilder file = new StringBuilder("FROM scratch\nENV a=" + "x".repeat(1_000_000) + "\n");
    for (int i = 0; i < 2000; i++) {
      file.append("LABEL b=$a\n");
    }
    // Whatever is allocated for an expansion: 2000 of them would be some gigabytes.
    Allocation.atMost(
        500 << 20,
        () -> {
          try {
            return Checks.result(Checks.request(), file.toString());
          } catch (BuildfileException e) {
            throw new AssertionError(e);
          }
        });
  }
}
