package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.check.Rule;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jbuild check} and {@code jbuild build --check}: what they print and how they end. */
class CheckCommandTest {
  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
  }

  private Result check(String... options) {
    List<String> words = new ArrayList<>(List.of("check"));
    words.addAll(List.of(options));
    words.add(session.context().toString());
    return session.jbuild(words.toArray(String[]::new));
  }

  private void ends(int code, String... options) {
    Result result = check(options);
    assertEquals(code, result.code(), result.out() + result.err());
  }

  @Test
  void a_finding_has_its_place_its_line_and_its_page() throws IOException {
    Path file = session.file("Buildfile", "FROM scratch", "ENV a b");
    Result result = check();
    assertEquals(
        file
            + ":2:1: warning: LegacyKeyValueFormat: \"ENV key=value\" should be used instead of"
            + " legacy \"ENV key value\" format\n"
            + "   2 | ENV a b\n"
            + "     | ^^^^^^^\n"
            + "     = docs/checks/LegacyKeyValueFormat.md\n"
            + "1 warning\n",
        result.out());
    assertEquals(1, result.code());
  }

  @Test
  void a_good_file_is_good_without_a_word() throws IOException {
    session.file("Buildfile", "FROM scratch", "ENV a=b");
    Result result = check().succeeds();
    assertEquals("", result.out() + result.err());
    assertFalse(Files.exists(session.root()), "checking makes no data root");
  }

  @Test
  void fail_on_decides_about_the_exit_code() throws IOException {
    session.file("Buildfile", "FROM scratch", "ENV a b");
    ends(1);
    ends(1, "--fail-on=warning");
    ends(0, "--fail-on=error");
    ends(0, "--fail-on=never");
    session.file("Buildfile", "FROM alpine");
    ends(0); // a note
    session.file("Buildfile", "FROM scratch", "NEV a b");
    ends(1, "--fail-on=error");
    ends(0, "--fail-on=never");
    session.file("Buildfile", "# check=error=true", "FROM scratch", "ENV a b");
    ends(1, "--fail-on=error");
  }

  @Test
  void wrong_options_end_with_2() throws IOException {
    session.file("Buildfile", "FROM scratch");
    ends(2, "--fail-on=info");
    ends(2, "--format=xml");
    assertEquals(2, session.jbuild("check", "/nowhere").code());
  }

  @Test
  void a_file_that_cannot_be_parsed_is_a_finding_with_its_place() throws IOException {
    Path file = session.file("Buildfile", "FROM scratch", "COPPY a b");
    Result result = check();
    assertTrue(
        result.out().startsWith(file + ":2:1: unknown instruction: COPPY (did you mean COPY?)\n"),
        result.out());
    assertTrue(result.out().endsWith("docs/checks/InvalidBuildfile.md\n1 error\n"), result.out());
    assertEquals(1, result.code());
  }

  @Test
  void a_reference_to_a_later_stage_is_found_beside_the_rest() throws IOException {
    session.file("Buildfile", "FROM scratch", "COPY --from=1 a b", "FROM scratch as late");
    String out = check("--format=json").out();
    assertTrue(out.contains("\"InvalidBuildfile\""), out);
    assertTrue(out.contains("\"FromAsCasing\""), out);
  }

  @Test
  void the_ignore_file_and_build_arguments_count() throws IOException {
    session.file("Buildfile", "ARG base", "FROM $base", "COPY left out /");
    session.file(".dockerignore", "out");
    String out = check("--build-arg=base=scratch").out();
    assertTrue(out.contains("CopyIgnoredFile"), out);
    assertTrue(out.contains("InvalidDefaultArgInFrom"), out);
    assertFalse(out.contains("InvalidBuildfile"), out);
  }

  @Test
  void extensions_are_named_with_dockerfile() throws IOException {
    session.file("Buildfile", "FROM host");
    ends(0);
    ends(1, "--dockerfile");
  }

  @Test
  void findings_of_an_included_file_are_at_its_lines() throws IOException {
    Path included = session.file("more", "", "ENV a \\", "", "  b", "ADD .env /");
    session.file("Buildfile", "FROM scratch", "# check=skip=all", "INCLUDE more", "ENV c=d");
    String out = check().out();
    assertTrue(out.contains(included + ":2:1: warning: LegacyKeyValueFormat"), out);
    assertTrue(out.contains(included + ":4:1: warning: NoEmptyContinuation"), out);
    assertTrue(out.contains("   5 | ADD .env /"), out);
    out = check("--dockerfile").out();
    assertTrue(out.contains("Buildfile:3:9: warning: NotPortable: INCLUDE is an"), out);
  }

  @Test
  void json_has_the_members_that_its_page_promises() throws IOException {
    Path file = session.file("Buildfile", "FROM scratch", "ENV \"a\" b");
    Map<?, ?> report = (Map<?, ?>) json(check("--format=json").out());
    assertEquals(List.of("version", "file", "findings", "counts"), List.copyOf(report.keySet()));
    assertEquals(file.toString(), report.get("file"));
    Map<?, ?> finding = (Map<?, ?>) ((List<?>) report.get("findings")).get(0);
    assertEquals(
        List.of(
            "rule",
            "severity",
            "message",
            "hint",
            "file",
            "line",
            "column",
            "endLine",
            "endColumn",
            "source",
            "page"),
        List.copyOf(finding.keySet()));
    assertEquals("LegacyKeyValueFormat", finding.get("rule"));
    assertEquals("ENV \"a\" b", finding.get("source"));
    assertEquals(
        List.of(2L, 1L, 2L, 10L),
        List.of(
            finding.get("line"),
            finding.get("column"),
            finding.get("endLine"),
            finding.get("endColumn")));
    assertEquals(Map.of("error", 0L, "warning", 1L, "info", 0L), report.get("counts"));
  }

  /** SARIF 2.1.0 (OASIS): the members it requires, and how results refer to rules. */
  @Test
  void sarif_has_the_structure_of_the_standard() throws IOException {
    session.file("Build file", "FROM scratch", "ENV a b", "WORKDIR x", "ADD a /");
    String out =
        check("--format=sarif", "-f", session.context().resolve("Build file").toString()).out();
    Map<?, ?> log = (Map<?, ?>) json(out);
    assertEquals("2.1.0", log.get("version"));
    Map<?, ?> run = (Map<?, ?>) ((List<?>) log.get("runs")).get(0);
    Map<?, ?> driver = (Map<?, ?>) ((Map<?, ?>) run.get("tool")).get("driver");
    assertEquals("jbuild", driver.get("name"));
    List<?> rules = (List<?>) driver.get("rules");
    assertEquals(Rule.all().size(), rules.size());
    for (Object each : rules) {
      Map<?, ?> rule = (Map<?, ?>) each;
      assertEquals("docs/checks/" + rule.get("id") + ".md", rule.get("helpUri"));
      assertTrue(((Map<?, ?>) rule.get("shortDescription")).get("text") instanceof String);
      Object level = ((Map<?, ?>) rule.get("defaultConfiguration")).get("level");
      assertTrue(List.of("note", "warning", "error").contains(level), out);
    }
    List<?> results = (List<?>) run.get("results");
    assertEquals(3, results.size());
    for (Object each : results) {
      Map<?, ?> result = (Map<?, ?>) each;
      Map<?, ?> rule = (Map<?, ?>) rules.get((int) (long) (Long) result.get("ruleIndex"));
      assertEquals(rule.get("id"), result.get("ruleId"));
      assertEquals(
          ((Map<?, ?>) rule.get("defaultConfiguration")).get("level"), result.get("level"));
      assertTrue(((Map<?, ?>) result.get("message")).get("text") instanceof String);
      Map<?, ?> location =
          (Map<?, ?>)
              ((Map<?, ?>) ((List<?>) result.get("locations")).get(0)).get("physicalLocation");
      Object uri = ((Map<?, ?>) location.get("artifactLocation")).get("uri");
      assertTrue(uri.toString().startsWith("file:///"), out);
      assertTrue(uri.toString().endsWith("/Build%20file"), out);
      Map<?, ?> region = (Map<?, ?>) location.get("region");
      assertTrue((Long) region.get("startLine") >= 2);
      assertTrue((Long) region.get("endColumn") > (Long) region.get("startColumn"));
    }
  }

  @Test
  void a_build_warns_once_and_goes_on() throws IOException {
    Result built = session.build("x", "FROM scratch", "ENV a b").succeeds();
    assertTrue(
        built
            .err()
            .startsWith(session.context() + "/Buildfile:2:1: warning: LegacyKeyValueFormat: "),
        built.err());
    assertEquals(2, built.err().split("LegacyKeyValueFormat", -1).length, built.err());
    Result off = session.jbuild("build", "--check=off", session.context().toString()).succeeds();
    assertFalse(off.err().contains("warning"), off.err());
  }

  @Test
  void notes_are_no_warnings_of_a_build() throws IOException {
    session.file("a", "content");
    Result built = session.build("x", "FROM scratch", "ADD a /").succeeds();
    assertFalse(built.err().contains("AddInsteadOfCopy"), built.err());
  }

  @Test
  void check_error_and_the_directive_refuse_before_the_first_step() throws IOException {
    session.file("Buildfile", "FROM scratch", "ENV a b");
    String context = session.context().toString();
    Result refused = session.jbuild("build", "--check=error", context);
    assertEquals(1, refused.code());
    assertTrue(
        refused.err().endsWith("Buildfile: 1 finding (--check=warn builds nevertheless)\n"),
        refused.err());
    assertFalse(refused.err().contains("[1/2]"), refused.err());
    session.file("Buildfile", "# check=error=true", "FROM scratch", "ENV a b");
    assertEquals(1, session.jbuild("build", context).code());
    session.jbuild("build", "--check=off", context).succeeds();
    session.file("Buildfile", "# check=error=true", "FROM scratch", "COPY .env /");
    session.file(".env", "");
    session.jbuild("build", context).succeeds(); // no other builder would refuse it
  }

  /** Objects as maps, arrays as lists, numbers as Long. */
  private static Object json(String text) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      parser.nextToken();
      return value(parser);
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, Object> members = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, value(parser));
      }
      return members;
    }
    if (token == JsonToken.START_ARRAY) {
      List<Object> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(parser));
      }
      return elements;
    }
    return token == JsonToken.VALUE_NUMBER_INT ? (Object) parser.getLongValue() : parser.getText();
  }
}
