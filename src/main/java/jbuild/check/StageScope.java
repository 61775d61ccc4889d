package jbuild.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.SourceRange;

/** What the rules know of a stage at one of its instructions. */
final class StageScope {
  /** As a build sets it where the base does not (BuildKit's util/system/path.go). */
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** A longer path is refused by every builder. */
  private static final int PATH_MAX = 4096;

  /** Each RUN is compared with all of them. */
  private static final int MOST_MADE = 500;

  /** ENV and ARG together, as BuildKit looks names up. */
  private final Map<String, String> variables = new LinkedHashMap<>();

  /** ARGs, those without a value too. */
  private final Set<String> declared = new LinkedHashSet<>();

  /** Where the last CMD, ENTRYPOINT and HEALTHCHECK of this stage stand. */
  private final Map<String, SourceRange> single = new HashMap<>();

  private final List<MadeFiles> made = new ArrayList<>();
  private boolean environmentKnown;
  private boolean workdirSet;
  private List<String> shell = List.of();
  private String workdir = "/";

  /**
   * The start of a stage.
   *
   * @param environmentKnown whether the base sets no other variables than these
   */
  static StageScope of(List<String> environment, boolean environmentKnown) {
    StageScope scope = new StageScope();
    for (String entry : environment) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        scope.variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    scope.variables.putIfAbsent("PATH", PATH);
    scope.environmentKnown = environmentKnown;
    return scope;
  }

  /** The start of a stage that is built on this one. */
  StageScope next() {
    StageScope scope = new StageScope();
    scope.variables.putAll(variables);
    scope.declared.addAll(declared);
    scope.made.addAll(made);
    scope.environmentKnown = environmentKnown;
    scope.workdirSet = workdirSet;
    scope.shell = shell;
    scope.workdir = workdir;
    return scope;
  }

  Map<String, String> variables() {
    return variables;
  }

  Set<String> declared() {
    return declared;
  }

  Map<String, SourceRange> single() {
    return single;
  }

  /** What earlier instructions put into layers, as far as the file tells. */
  List<MadeFiles> made() {
    return made;
  }

  void addMade(MadeFiles files) {
    if (made.size() < MOST_MADE) {
      made.add(files);
    }
  }

  boolean isEnvironmentKnown() {
    return environmentKnown;
  }

  boolean isWorkdirSet() {
    return workdirSet;
  }

  String workdir() {
    return workdir;
  }

  void enter(String path) {
    workdirSet = true;
    String joined = CleanPath.join(workdir, path);
    workdir = joined.length() > PATH_MAX ? "/" : joined;
  }

  /** Empty while no SHELL was seen. */
  List<String> shell() {
    return shell;
  }

  void setShell(List<String> argv) {
    shell = List.copyOf(argv);
  }
}
