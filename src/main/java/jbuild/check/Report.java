package jbuild.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jbuild.buildfile.SourceRange;
import org.jspecify.annotations.Nullable;

/** Collects findings of rules that are on. The same thing about the same place is said once. */
final class Report {
  /** More than this of a hostile file help nobody. */
  private static final int MAX_FINDINGS = 10_000;

  private final List<Finding> findings = new ArrayList<>();

  /** Texts: what a record gets as hash is linked at its first call, 10 ms of every build. */
  private final Set<String> known = new HashSet<>();

  void add(
      CheckConfig config, Rule rule, SourceRange range, String message, @Nullable String hint) {
    if (config.allows(rule)
        && findings.size() < MAX_FINDINGS
        && known.add(rule.id() + ' ' + range.file() + ':' + range + ' ' + message)) {
      findings.add(new Finding(rule, range, message, hint));
    }
  }

  /** In the order of the file. */
  List<Finding> sorted() {
    List<Finding> sorted = new ArrayList<>(findings);
    sorted.sort(Report::compare);
    return sorted;
  }

  /** Not by the comparators of java.util: their lambdas are in no class-data archive. */
  private static int compare(Finding a, Finding b) {
    SourceRange left = a.range();
    SourceRange right = b.range();
    int order = Integer.compare(left.file(), right.file());
    order = order != 0 ? order : Integer.compare(left.startLine(), right.startLine());
    order = order != 0 ? order : Integer.compare(left.startColumn(), right.startColumn());
    order = order != 0 ? order : a.rule().compareTo(b.rule());
    return order != 0 ? order : a.message().compareTo(b.message());
  }
}
