package jbuild.cli;

import jbuild.buildfile.Buildfile;
import jbuild.check.Finding;

/** Findings as errors of a Buildfile are shown. */
final class FindingText {
  private FindingText() {}

  /** {@code Buildfile:3:1: warning: RuleName: …}, the line with carets, and the rule's page. */
  static String render(Buildfile buildfile, Finding finding) {
    return buildfile.error(finding.range(), message(finding), finding.hint()).render()
        + "\n     = "
        + finding.rule().page();
  }

  /** The first line of it alone. */
  static String line(Buildfile buildfile, Finding finding) {
    return String.valueOf(
        buildfile.error(finding.range(), message(finding), finding.hint()).getMessage());
  }

  private static String message(Finding finding) {
    return finding.severity().word() + ": " + finding.rule().id() + ": " + finding.message();
  }
}
