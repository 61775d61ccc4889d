package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import jbuild.buildfile.SourceRange;
import jbuild.check.Finding;
import jbuild.check.Rule;
import jbuild.check.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Findings as SARIF 2.1.0, the OASIS standard that code hosts read; numbers in comments are its
 * sections.
 */
final class SarifReport {
  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

  private SarifReport() {}

  static void print(PrintStream out, CheckedFile file, @Nullable String toolVersion)
      throws IOException {
    try (JsonOutput json = new JsonOutput(out)) {
      json.startObject();
      json.text("$schema", SCHEMA);
      json.text("version", "2.1.0");
      json.startArray("runs");
      json.startObject();
      tool(json, toolVersion);
      // 3.14.17: columns count UTF-16 code units, as those of SourceRange.
      json.text("columnKind", "utf16CodeUnits");
      json.startArray("results");
      for (Finding finding : file.findings()) {
        result(json, file, finding);
      }
      json.endArray();
      json.endObject();
      json.endArray();
      json.endObject();
    }
  }

  private static void tool(JsonOutput json, @Nullable String version) throws IOException {
    json.startObject("tool");
    json.startObject("driver");
    json.text("name", "jbuild");
    if (version != null) {
      json.text("version", version);
    }
    json.startArray("rules");
    for (Rule rule : Rule.all()) {
      json.startObject();
      json.text("id", rule.id());
      message(json, "shortDescription", rule.description());
      json.text("helpUri", rule.page());
      json.startObject("defaultConfiguration");
      json.text("level", level(rule.severity()));
      json.endObject();
      json.endObject();
    }
    json.endArray();
    json.endObject();
    json.endObject();
  }

  private static void result(JsonOutput json, CheckedFile file, Finding finding)
      throws IOException {
    json.startObject();
    json.text("ruleId", finding.rule().id());
    json.number("ruleIndex", Rule.all().indexOf(finding.rule()));
    json.text("level", level(finding.severity()));
    String hint = finding.hint();
    message(json, "message", finding.message() + (hint == null ? "" : " (" + hint + ")"));
    json.startArray("locations");
    json.startObject();
    json.startObject("physicalLocation");
    json.startObject("artifactLocation");
    json.text("uri", uri(file.fileName(finding)));
    json.endObject();
    SourceRange range = finding.range();
    json.startObject("region");
    json.number("startLine", range.startLine());
    json.number("startColumn", range.startColumn());
    json.number("endLine", range.endLine());
    json.number("endColumn", range.endColumn());
    json.endObject();
    json.endObject();
    json.endObject();
    json.endArray();
    json.endObject();
  }

  private static void message(JsonOutput json, String name, String text) throws IOException {
    json.startObject(name);
    json.text("text", text);
    json.endObject();
  }

  /** 3.27.10. */
  private static String level(Severity severity) {
    return severity == Severity.INFO ? "note" : severity.word();
  }

  /** A path as a URI reference, absolute paths with their scheme: RFC 3986, section 3.3. */
  private static String uri(String path) {
    StringBuilder uri = new StringBuilder(path.startsWith("/") ? "file://" : "");
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "/-._~".indexOf(c) >= 0;
      if (plain) {
        uri.append(c);
      } else {
        uri.append('%').append("0123456789ABCDEF".charAt(c >> 4));
        uri.append("0123456789ABCDEF".charAt(c & 15));
      }
    }
    return uri.toString();
  }
}
