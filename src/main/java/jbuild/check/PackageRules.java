package jbuild.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.Instruction;
import org.jspecify.annotations.Nullable;

/** Caches that package managers leave behind. */
final class PackageRules {
  /**
   * A package manager.
   *
   * @param verbs what fills the cache
   * @param directory the cache; no finding when a cache mount lies over it
   * @param without the options that keep it away
   * @param cleans what a clean-up of it says
   */
  private record Manager(
      String name,
      List<String> programs,
      List<String> verbs,
      String directory,
      List<String> without,
      String cleans,
      String advice) {}

  private static final List<Manager> MANAGERS =
      List.of(
          new Manager(
              "apt",
              List.of("apt-get", "apt", "aptitude"),
              List.of("update"),
              "/var/lib/apt/lists",
              List.of(),
              "/var/lib/apt",
              "rm -rf /var/lib/apt/lists/* in the same RUN, or --mount=type=cache"),
          new Manager(
              "apk",
              List.of("apk"),
              List.of("add", "update", "upgrade"),
              "/var/cache/apk",
              List.of("--no-cache"),
              "/var/cache/apk",
              "apk add --no-cache"),
          new Manager(
              "dnf",
              List.of("dnf", "dnf5", "yum", "microdnf", "tdnf"),
              List.of("install", "update", "upgrade", "groupinstall", "makecache"),
              "/var/cache/dnf",
              List.of(),
              "clean",
              "dnf clean all in the same RUN, or --mount=type=cache"),
          new Manager(
              "zypper",
              List.of("zypper"),
              List.of("install", "in", "update", "up", "dup", "refresh"),
              "/var/cache/zypp",
              List.of(),
              "clean",
              "zypper clean --all in the same RUN"),
          new Manager(
              "pacman",
              List.of("pacman"),
              List.of("-S", "-Sy", "-Syu", "-Syyu"),
              "/var/cache/pacman",
              List.of(),
              "-Scc",
              "pacman -Scc in the same RUN, or --mount=type=cache"),
          new Manager(
              "pip",
              List.of("pip", "pip2", "pip3"),
              List.of("install"),
              "/root/.cache/pip",
              List.of("--no-cache-dir"),
              ".cache",
              "pip install --no-cache-dir, or --mount=type=cache,target=/root/.cache/pip"));

  /** Where byte rules look for caches, by the name of what fills them. */
  static final Map<String, String> DIRECTORIES =
      Map.ofEntries(
          Map.entry("var/lib/apt/lists", "apt"),
          Map.entry("var/cache/apt/archives", "apt"),
          Map.entry("var/cache/apk", "apk"),
          Map.entry("var/cache/dnf", "dnf"),
          Map.entry("var/cache/libdnf5", "dnf"),
          Map.entry("var/cache/yum", "yum"),
          Map.entry("var/cache/zypp", "zypper"),
          Map.entry("var/cache/pacman/pkg", "pacman"),
          Map.entry("root/.cache/pip", "pip"),
          Map.entry("root/.cache/uv", "uv"),
          Map.entry("root/.npm/_cacache", "npm"),
          Map.entry("usr/local/share/.cache/yarn", "yarn"),
          Map.entry("root/.cache/go-build", "go"),
          Map.entry("root/.cargo/registry/cache", "cargo"));

  private PackageRules() {}

  static void check(Site site, StageScope scope, RunScript script) {
    for (Manager manager : MANAGERS) {
      ShellCommand filled = filledBy(manager, script);
      if (filled == null
          || MountFlag.keepsOut(site.instruction(), manager.directory())
          || isCleaned(manager, script)
          || (manager.name().equals("pip") && scope.variables().containsKey("PIP_NO_CACHE_DIR"))) {
        continue;
      }
      site.warn(
          Rule.PACKAGE_CACHE_LEFT,
          site.locate(filled),
          "the cache of " + manager.name() + " stays in this layer",
          manager.advice());
    }
  }

  private static @Nullable ShellCommand filledBy(Manager manager, RunScript script) {
    for (ShellCommand command : script.commands()) {
      List<String> words = afterModule(command);
      ShellCommand plain = new ShellCommand(command.join(), words);
      if (!manager.programs().contains(plain.program())
          || plain.words().stream().anyMatch(manager.without()::contains)) {
        continue;
      }
      for (String verb : manager.verbs()) {
        if (plain.has(verb)) {
          return command;
        }
      }
    }
    return null;
  }

  /** {@code python3 -m pip} is pip. */
  private static List<String> afterModule(ShellCommand command) {
    int module = command.words().indexOf("-m");
    return command.program().startsWith("python") && module > 0
        ? new ArrayList<>(command.words().subList(module + 1, command.words().size()))
        : command.words();
  }

  private static boolean isCleaned(Manager manager, RunScript script) {
    for (ShellCommand command : script.commands()) {
      boolean removes = command.program().equals("rm") || command.program().equals("find");
      for (String word : command.words()) {
        if (removes && (word.contains(manager.cleans()) || word.contains(manager.directory()))) {
          return true;
        }
        // dnf's cache is called yum's on some systems, and dist-clean is apt's new word.
        if (removes && manager.name().equals("dnf") && word.startsWith("/var/cache")) {
          return true;
        }
      }
      boolean own = manager.programs().contains(command.program());
      if (own
          && (command.has(manager.cleans())
              || command.has("distclean")
              || command.has("dist-clean"))) {
        return true;
      }
    }
    return false;
  }

  /** Whether an instruction fills and does not clean the directory {@code path}. */
  static boolean fills(Instruction instruction, RunScript script, String path) {
    for (Manager manager : MANAGERS) {
      boolean concerned =
          path.equals(manager.directory()) || path.startsWith(manager.directory() + "/");
      if (concerned
          && filledBy(manager, script) != null
          && !isCleaned(manager, script)
          && !MountFlag.keepsOut(instruction, manager.directory())) {
        return true;
      }
    }
    return false;
  }
}
