package jbuild.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jbuild.buildfile.Instruction;

/**
 * RUNs that touch what an earlier layer holds, as far as the file tells: what COPY and ADD put
 * there, downloads, and caches of package managers. What it does not tell, {@link ByteRules} finds
 * out when the layers are there.
 */
final class LayerRules {
  private static final Set<String> CHANGERS = Set.of("chown", "chmod", "chgrp");

  private LayerRules() {}

  static void check(Site site, StageScope scope, RunScript script) {
    ShellPaths paths = new ShellPaths(scope);
    for (ShellCommand command : script.commands()) {
      if (CHANGERS.contains(command.program())
          && (command.hasShort('R') || command.has("--recursive"))) {
        changed(site, scope, command, paths);
      } else if (command.program().equals("rm") || command.program().equals("rmdir")) {
        removed(site, scope, command, paths);
      }
      paths.after(command);
    }
  }

  private static void changed(Site site, StageScope scope, ShellCommand command, ShellPaths paths) {
    List<String> operands = command.operands();
    boolean reference = command.words().stream().anyMatch(word -> word.startsWith("--reference"));
    List<String> files =
        operands.subList(Math.min(reference ? 0 : 1, operands.size()), operands.size());
    for (ShellPaths.Target target : paths.targets(files)) {
      MadeFiles found = null;
      for (MadeFiles made : scope.made()) {
        // What is certainly touched is named before what may be.
        boolean better = found == null || !found.isBelow(target.path());
        if (made.isBelow(target.path()) || (better && made.mayHold(target.path()))) {
          found = made;
        }
      }
      if (found != null) {
        site.warn(
            Rule.RECURSIVE_CHOWN_LAYER,
            site.locate(command),
            command.program() + " -R stores files of the " + found.describe() + " a second time",
            advice(found, command.program()));
        return;
      }
    }
  }

  private static String advice(MadeFiles made, String program) {
    if (made.by() instanceof Instruction.Run) {
      return "do it in the RUN that makes the files";
    }
    String flag = program.equals("chmod") ? "--chmod" : "--chown";
    return made.by().origin().keyword() + " " + flag + " does it without";
  }

  private static void removed(Site site, StageScope scope, ShellCommand command, ShellPaths paths) {
    for (ShellPaths.Target target : paths.targets(command.operands())) {
      MadeFiles found = null;
      for (MadeFiles made : scope.made()) {
        if (made.isBelow(target.path()) && !(target.isPattern() && made.path().equals("/"))) {
          found = made;
        }
      }
      if (found != null) {
        site.warn(
            Rule.DELETED_IN_LATER_LAYER,
            site.locate(command),
            "rm hides " + found.path() + " of the " + found.describe() + ", which stays stored",
            found.by() instanceof Instruction.Run
                ? "remove it in the RUN that makes it"
                : "RUN --mount=type=bind shows files without storing them");
        return;
      }
    }
  }

  /** Remembers what a RUN leaves in its layer, of which later ones may want to be rid. */
  static void remember(StageScope scope, Instruction.Run run, RunScript script) {
    ShellPaths paths = new ShellPaths(scope);
    List<MadeFiles> made = new ArrayList<>();
    for (ShellCommand command : script.commands()) {
      for (ShellPaths.Target target : paths.targets(downloads(command))) {
        if (!target.isPattern() && !MountFlag.keepsOut(run, target.path())) {
          made.add(new MadeFiles(target.path(), false, run));
        }
      }
      if (command.program().equals("rm") || command.program().equals("mv")) {
        for (ShellPaths.Target target : paths.targets(command.operands())) {
          made.removeIf(file -> file.isBelow(target.path()));
        }
      }
      paths.after(command);
    }
    for (String cache : List.of("/var/lib/apt/lists", "/var/cache/apk", "/var/cache/dnf")) {
      if (PackageRules.fills(run, script, cache)) {
        made.add(new MadeFiles(cache, true, run));
      }
    }
    made.forEach(scope::addMade);
  }

  /** The files that curl and wget are told to write. */
  private static List<String> downloads(ShellCommand command) {
    List<String> files = new ArrayList<>();
    List<String> words = command.words();
    boolean curl = command.program().equals("curl");
    boolean wget = command.program().equals("wget");
    for (int i = 1; (curl || wget) && i < words.size(); i++) {
      String word = words.get(i);
      String option = words.get(i - 1);
      boolean isShort = option.startsWith("-") && !option.startsWith("--");
      boolean names =
          curl
              ? option.equals("--output") || (isShort && option.endsWith("o"))
              : option.equals("--output-document") || (isShort && option.endsWith("O"));
      if (names && !word.startsWith("-") && !word.equals("/dev/null")) {
        files.add(word);
      } else if (wget && word.startsWith("--output-document=")) {
        files.add(word.substring(word.indexOf('=') + 1));
      }
    }
    return files;
  }
}
