package jbuild.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.Word;

/** What only jbuild understands. */
final class PortableRules {
  private static final Map<String, Set<String>> FLAGS =
      Map.of(
          "COPY", Set.of("optional"),
          "ADD", Set.of("optional"),
          "RUN", Set.of("no-cache", "timeout", "memory", "cpus", "pids-limit"));

  private static final Set<String> KEYWORDS = Set.of("UNSET");

  private PortableRules() {}

  /** Directives and instructions that may be gone by the time the file is parsed. */
  static void check(
      Buildfile buildfile, Comments comments, CheckConfig config, Report report, List<Site> sites) {
    int directive = comments.directive("jbuild");
    if (directive > 0) {
      add(config, report, whole(buildfile, directive), "the directive # jbuild:");
    }
    for (Word include : buildfile.includes()) {
      add(config, report, include.range(), "INCLUDE");
    }
    for (Site site : sites) {
      check(site);
    }
  }

  /** Others do not look for it, and take what it excludes. */
  static void ignoreFile(Buildfile buildfile, String name, CheckConfig config, Report report) {
    if (name.endsWith(".jbuildignore")) {
      add(config, report, whole(buildfile, 1), name);
    }
  }

  static void check(Site site) {
    Instruction instruction = site.instruction();
    String keyword = instruction.origin().keyword();
    if (KEYWORDS.contains(keyword)) {
      add(site.config(), site.report(), site.range(), keyword);
    }
    for (Flag flag : instruction.origin().flags()) {
      if (FLAGS.getOrDefault(keyword, Set.of()).contains(flag.name())) {
        add(site.config(), site.report(), flag.range(), keyword + " --" + flag.name());
      }
      String from = StageLinks.fromOf(flag);
      if (from != null && FromRules.isOurs(from)) {
        add(site.config(), site.report(), flag.range(), "--from=" + from);
      }
    }
    if (instruction instanceof Instruction.From from && FromRules.isOurs(from.base().text())) {
      add(site.config(), site.report(), from.base().range(), "FROM " + from.base());
    }
    if (instruction instanceof Instruction.Onbuild onbuild) {
      check(
          new Site(
              site.buildfile(), onbuild.trigger(), site.config(), site.comments(), site.report()));
    }
  }

  static void add(CheckConfig config, Report report, SourceRange range, String what) {
    report.add(config, Rule.NOT_PORTABLE, range, what + " is an extension of jbuild", null);
  }

  private static SourceRange whole(Buildfile buildfile, int line) {
    return new SourceRange(line, 1, line, buildfile.line(line).length() + 1);
  }
}
