package jbuild.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.BuildfileParser;
import jbuild.buildfile.Includes;
import jbuild.buildfile.SourceRange;
import jbuild.check.CheckRequest;
import jbuild.check.Checker;
import jbuild.check.Finding;
import jbuild.check.Rule;
import jbuild.check.Severity;
import jbuild.graph.BuildRequest;
import jbuild.graph.Planner;
import org.jspecify.annotations.Nullable;

/**
 * A file and what is to be said of it. A file that cannot be parsed or planned has a finding that
 * says so.
 *
 * @param buildfile null when the file cannot be parsed
 * @param broken why it cannot be parsed or planned, or null
 * @param failsBuild whether the file makes its findings errors
 */
record CheckedFile(
    String fileName,
    @Nullable Buildfile buildfile,
    List<Finding> findings,
    @Nullable BuildfileException broken,
    boolean failsBuild) {

  static CheckedFile of(String fileName, byte[] text, Includes includes, CheckRequest request) {
    Buildfile buildfile = null;
    List<Finding> findings = new ArrayList<>();
    boolean fails = false;
    BuildfileException broken = null;
    try {
      buildfile = BuildfileParser.parse(fileName, text, includes);
      Checker.Result result = Checker.check(buildfile, request);
      findings.addAll(result.findings());
      fails = result.failsBuild();
      Planner.plan(
          buildfile, new BuildRequest(request.buildArgs(), request.target(), request.platform()));
    } catch (BuildfileException error) {
      broken = error;
      findings.add(finding(error));
    }
    findings.sort(Comparator.comparingInt(finding -> finding.range().startLine()));
    return new CheckedFile(fileName, buildfile, findings, broken, fails);
  }

  private static Finding finding(BuildfileException error) {
    int line = Math.max(1, error.line());
    int column = Math.max(1, error.column());
    return new Finding(
        Rule.INVALID_BUILDFILE,
        new SourceRange(line, column, line, column + 1),
        error.problem(),
        error.hint());
  }

  /** The file that a finding is about: this one, or one that it includes. */
  String fileName(Finding finding) {
    Buildfile file = buildfile;
    return file == null ? fileName : file.fileName(finding.range());
  }

  /** The line that a finding is about. */
  String line(Finding finding) {
    Buildfile file = buildfile;
    if (file == null) {
      return broken == null ? "" : broken.sourceLine();
    }
    return file.line(finding.range());
  }

  /** A finding for people. */
  String render(Finding finding) {
    Buildfile file = buildfile;
    BuildfileException error = broken;
    if (finding.rule() == Rule.INVALID_BUILDFILE && error != null) {
      return error.render() + "\n     = " + finding.rule().page();
    }
    return file == null ? finding.message() : FindingText.render(file, finding);
  }

  long count(Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  boolean hasAtLeast(Severity severity) {
    return findings.stream().anyMatch(finding -> finding.severity().isAtLeast(severity));
  }
}
