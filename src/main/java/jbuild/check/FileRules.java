package jbuild.check;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.Stage;
import jbuild.buildfile.Word;

/** Rules about the file as a whole; comments before an instruction do not turn them off. */
final class FileRules {
  private static final Set<String> RESERVED = Set.of("context", "scratch");

  private final Buildfile buildfile;
  private final CheckConfig config;
  private final Report report;

  FileRules(Buildfile buildfile, CheckConfig config, Report report) {
    this.buildfile = buildfile;
    this.config = config;
    this.report = report;
  }

  void check(List<Site> sites) {
    emptyContinuations(sites);
    stageNames();
    casing(sites.subList(buildfile.globalArgs().size(), sites.size()));
  }

  /**
   * BuildKit says it once an instruction, of its last line before here-documents (parser.go).
   *
   * @param sites all instructions
   */
  private void emptyContinuations(List<Site> sites) {
    for (Site site : sites) {
      SourceRange range = site.range();
      boolean found = false;
      boolean open = true;
      int line = range.startLine();
      int last = line;
      for (boolean first = true; open && line <= range.endLine(); line++, first = false) {
        String text = site.line(line);
        last = line;
        if (!first && text.isBlank()) {
          found = true;
        } else if (first || !text.stripLeading().startsWith("#")) {
          open = continues(text);
        }
      }
      if (found) {
        report.add(
            config,
            Rule.NO_EMPTY_CONTINUATION,
            site.part(last, 1, site.line(last).length()),
            "Empty continuation line",
            null);
      }
    }
  }

  private boolean continues(String text) {
    String line = text.stripTrailing();
    char escape = buildfile.directives().escape();
    int length = line.length();
    return length > 0
        && line.charAt(length - 1) == escape
        && (length == 1 || line.charAt(length - 2) != escape);
  }

  private void stageNames() {
    Set<String> names = new HashSet<>();
    for (Stage stage : buildfile.stages()) {
      Word name = stage.from().name();
      if (name == null) {
        continue;
      }
      if (RESERVED.contains(name.text())) {
        report.add(
            config,
            Rule.RESERVED_STAGE_NAME,
            at(stage, name),
            "Stage name should not use the same name as reserved stage \"" + name.text() + '"',
            null);
      }
      if (!names.add(name.text())) {
        report.add(
            config,
            Rule.DUPLICATE_STAGE_NAME,
            at(stage, name),
            "Duplicate stage name \"" + name.text() + "\", stage names should be unique",
            null);
      }
    }
  }

  private static SourceRange at(Stage stage, Word name) {
    SourceRange from = stage.from().origin().range();
    return name.range().startLine() == from.startLine() ? name.range() : from;
  }

  /**
   * ARGs before the first FROM have no vote and are not judged.
   *
   * @param sites of all other instructions
   */
  private void casing(List<Site> sites) {
    int lower = 0;
    int upper = 0;
    for (Site site : sites) {
      String keyword = site.keyword();
      if (isLower(keyword)) {
        lower++;
      } else if (isUpper(keyword)) {
        upper++;
      }
    }
    boolean mostlyLower = lower > upper;
    for (Site site : sites) {
      String keyword = site.keyword();
      if (!(mostlyLower ? isLower(keyword) : isUpper(keyword))) {
        report.add(
            config,
            Rule.CONSISTENT_INSTRUCTION_CASING,
            site.keywordRange(),
            "Command '"
                + keyword
                + "' should match the case of the command majority ("
                + (mostlyLower ? "lowercase" : "uppercase")
                + ")",
            null);
      }
    }
  }

  private static boolean isLower(String keyword) {
    return keyword.equals(keyword.toLowerCase(Locale.ROOT));
  }

  private static boolean isUpper(String keyword) {
    return keyword.equals(keyword.toUpperCase(Locale.ROOT));
  }
}
