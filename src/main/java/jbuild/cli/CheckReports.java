package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import jbuild.check.Finding;
import jbuild.check.Severity;

/** Findings for people, and as JSON (docs/checks/README.md says what is in it). */
final class CheckReports {
  /** Goes up when a member changes its meaning or vanishes. */
  private static final int VERSION = 1;

  private CheckReports() {}

  static void text(PrintStream out, CheckedFile file) {
    for (Finding finding : file.findings()) {
      out.println(file.render(finding));
    }
    if (!file.findings().isEmpty()) {
      out.println(summary(file));
    }
  }

  /** {@code 2 warnings, 1 info}. */
  private static String summary(CheckedFile file) {
    StringBuilder text = new StringBuilder();
    for (Severity severity : Severity.values()) {
      long count = file.count(severity);
      if (count > 0) {
        String plural = count == 1 || severity == Severity.INFO ? "" : "s";
        text.append(text.isEmpty() ? "" : ", ").append(count).append(' ');
        text.append(severity.word()).append(plural);
      }
    }
    return text.toString();
  }

  static void json(PrintStream out, CheckedFile file) throws IOException {
    try (JsonOutput json = new JsonOutput(out)) {
      json.startObject();
      json.number("version", VERSION);
      json.text("file", file.fileName());
      json.startArray("findings");
      for (Finding finding : file.findings()) {
        json.startObject();
        json.text("rule", finding.rule().id());
        json.text("severity", finding.severity().word());
        json.text("message", finding.message());
        json.text("hint", finding.hint());
        json.text("file", file.fileName(finding));
        json.number("line", finding.range().startLine());
        json.number("column", finding.range().startColumn());
        json.number("endLine", finding.range().endLine());
        json.number("endColumn", finding.range().endColumn());
        json.text("source", file.line(finding));
        json.text("page", finding.rule().page());
        json.endObject();
      }
      json.endArray();
      json.startObject("counts");
      for (Severity severity : Severity.values()) {
        json.number(severity.word(), file.count(severity));
      }
      json.endObject();
      json.endObject();
    }
  }
}
