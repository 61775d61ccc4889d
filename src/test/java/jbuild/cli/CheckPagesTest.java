package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.IgnoreRules;
import jbuild.buildfile.Includes;
import jbuild.check.CheckRequest;
import jbuild.check.KnownImages;
import jbuild.check.Rule;
import jbuild.graph.PlatformName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages of the rules: each example is checked, so that none of them tells a lie. */
class CheckPagesTest {
  private static final Path PAGES = Path.of("docs", "checks");
  private static final PlatformName AMD64 = new PlatformName("linux", "amd64", "");

  /** The image that the page of InvalidBaseImagePlatform speaks of. */
  private static final KnownImages IMAGES =
      name ->
          name.equals("example/for-arm:1")
              ? new KnownImages.Facts(List.of(), new PlatformName("linux", "arm64", ""))
              : name.equals("example/for-amd:1") ? new KnownImages.Facts(List.of(), AMD64) : null;

  private static String page(Rule rule) throws IOException {
    return Files.readString(Path.of(rule.page()));
  }

  /** The text of a fenced block; null without one. */
  private static String block(String page, String info) {
    String opening = "```" + info + "\n";
    int start = page.indexOf(opening);
    return start < 0
        ? null
        : page.substring(start + opening.length(), page.indexOf("```", start + opening.length()));
  }

  private static Set<String> found(Rule rule, String example) throws Exception {
    String ignored = block(page(rule), "dockerignore");
    return CheckedFile.of("Buildfile", example.getBytes(UTF_8), Includes.NONE, request(ignored))
        .findings()
        .stream()
        .map(finding -> finding.rule().id())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static CheckRequest request(String ignored) throws BuildfileException {
    IgnoreRules rules =
        ignored == null
            ? IgnoreRules.NONE
            : IgnoreRules.parse(".dockerignore", ignored.getBytes(UTF_8));
    return new CheckRequest(Map.of(), null, AMD64, rules, ".dockerignore", IMAGES, true);
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void the_bad_example_of_a_page_is_found_by_its_rule_alone(Rule rule) throws Exception {
    assertEquals(Set.of(rule.id()), found(rule, block(page(rule), "dockerfile bad")));
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void the_good_example_of_a_page_is_good(Rule rule) throws Exception {
    assertEquals(Set.of(), found(rule, block(page(rule), "dockerfile good")));
  }

  @ParameterizedTest
  @EnumSource(
      value = Rule.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"INVALID_BUILDFILE", "INVALID_DEFINITION_DESCRIPTION"})
  void a_bad_example_with_its_rule_skipped_is_good(Rule rule) throws Exception {
    String skipped = "# check=skip=" + rule.id() + "\n" + block(page(rule), "dockerfile bad");
    assertEquals(Set.of(), found(rule, skipped));
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void a_page_begins_with_its_rule_and_says_how_to_switch_it_off(Rule rule) throws IOException {
    String page = page(rule);
    assertTrue(page.startsWith("# " + rule.id() + "\n"), page);
    assertTrue(
        page.contains("check=skip=" + rule.id())
            || page.contains("check=experimental=" + rule.id())
            || page.contains("nothing switches it off"),
        page);
  }

  @Test
  void the_table_has_every_rule_and_nothing_else() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGES.resolve("README.md")).stream()
            .filter(line -> line.startsWith("| ["))
            .toList();
    List<String> expected =
        Rule.all().stream()
            .map(
                rule ->
                    String.format(
                        "| [%s](%s.md) | %s | %s |",
                        rule.id(), rule.id(), rule.severity().word(), rule.description()))
            .toList();
    assertEquals(String.join("\n", expected), String.join("\n", rows));
  }

  @Test
  void there_is_no_page_without_a_rule() throws IOException {
    Set<String> pages;
    try (Stream<Path> files = Files.list(PAGES)) {
      pages =
          files
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new));
    }
    Set<String> expected = new TreeSet<>(Set.of("README.md"));
    Rule.all().forEach(rule -> expected.add(rule.id() + ".md"));
    assertEquals(expected, pages);
  }

  @Test
  void the_rules_of_buildkit_are_these_22() {
    assertEquals(
        "ConsistentInstructionCasing CopyIgnoredFile DuplicateStageName ExposeInvalidFormat"
            + " ExposeProtoCasing FromAsCasing FromPlatformFlagConstDisallowed"
            + " InvalidBaseImagePlatform InvalidDefaultArgInFrom InvalidDefinitionDescription"
            + " JSONArgsRecommended LegacyKeyValueFormat MaintainerDeprecated"
            + " MultipleInstructionsDisallowed NoEmptyContinuation RedundantTargetPlatform"
            + " ReservedStageName SecretsUsedInArgOrEnv StageNameCasing UndefinedArgInFrom"
            + " UndefinedVar WorkdirRelativePath",
        Rule.all().stream()
            .filter(Rule::isBuildKits)
            .map(Rule::id)
            .sorted()
            .collect(Collectors.joining(" ")));
  }
}
