package jbuild.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jbuild.buildfile.SourceRange;
import org.jspecify.annotations.Nullable;

/** Collects findings of rules that are on. The same thing about the same place is said once. */
final class Report {
  /** More than this of a hostile file help nobody. */
  private static final int MAX_FINDINGS = 10_000;

  private static final Comparator<Finding> ORDER =
      Comparator.comparingInt((Finding finding) -> finding.range().startLine())
          .thenComparingInt(finding -> finding.range().startColumn())
          .thenComparing(Finding::rule)
          .thenComparing(Finding::message);

  private final Set<Finding> findings = new LinkedHashSet<>();

  void add(
      CheckConfig config, Rule rule, SourceRange range, String message, @Nullable String hint) {
    if (config.allows(rule) && findings.size() < MAX_FINDINGS) {
      findings.add(new Finding(rule, range, message, hint));
    }
  }

  /** In the order of the file. */
  List<Finding> sorted() {
    List<Finding> sorted = new ArrayList<>(findings);
    sorted.sort(ORDER);
    return sorted;
  }
}
