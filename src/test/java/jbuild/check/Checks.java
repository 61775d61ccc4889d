package jbuild.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.BuildfileParser;
import jbuild.buildfile.IgnoreRules;
import jbuild.graph.PlatformName;

/** Checks texts, and writes findings as {@code 3 RuleName: message}. */
final class Checks {
  static final PlatformName AMD64 = new PlatformName("linux", "amd64", "");

  private Checks() {}

  static CheckRequest request() {
    return new CheckRequest(Map.of(), null, AMD64, IgnoreRules.NONE, "", KnownImages.NONE, false);
  }

  static CheckRequest withArguments(Map<String, String> arguments) {
    return new CheckRequest(arguments, null, AMD64, IgnoreRules.NONE, "", KnownImages.NONE, false);
  }

  static CheckRequest ignoring(String... patterns) throws BuildfileException {
    IgnoreRules rules =
        IgnoreRules.parse(".dockerignore", String.join("\n", patterns).getBytes(UTF_8));
    return new CheckRequest(Map.of(), null, AMD64, rules, ".dockerignore", KnownImages.NONE, false);
  }

  static CheckRequest target(String stage) {
    return new CheckRequest(Map.of(), stage, AMD64, IgnoreRules.NONE, "", KnownImages.NONE, false);
  }

  static CheckRequest knowing(KnownImages images) {
    return new CheckRequest(Map.of(), null, AMD64, IgnoreRules.NONE, "", images, false);
  }

  static CheckRequest asDockerfile(String ignoreFile) {
    return new CheckRequest(
        Map.of(), null, AMD64, IgnoreRules.NONE, ignoreFile, KnownImages.NONE, true);
  }

  static Buildfile parse(String... lines) throws BuildfileException {
    return BuildfileParser.parse("Buildfile", (String.join("\n", lines) + "\n").getBytes(UTF_8));
  }

  static Checker.Result result(CheckRequest request, String... lines) throws BuildfileException {
    return Checker.check(parse(lines), request);
  }

  /** All findings. */
  static List<String> all(CheckRequest request, String... lines) throws BuildfileException {
    return result(request, lines).findings().stream().map(Checks::text).toList();
  }

  /** Those of BuildKit's rules. */
  static List<String> buildKit(CheckRequest request, String... lines) throws BuildfileException {
    return result(request, lines).findings().stream()
        .filter(finding -> finding.rule().isBuildKits())
        .map(Checks::text)
        .toList();
  }

  /** Those of one rule. */
  static List<String> of(Rule rule, String... lines) throws BuildfileException {
    return result(request(), lines).findings().stream()
        .filter(finding -> finding.rule() == rule)
        .map(Checks::text)
        .toList();
  }

  private static String text(Finding finding) {
    return finding.range().startLine() + " " + finding.rule().id() + ": " + finding.message();
  }
}
