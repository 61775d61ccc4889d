package jbuild.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;
import jbuild.build.BuildOptions;
import jbuild.build.BuiltLayers;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.check.ByteRules;
import jbuild.check.CheckRequest;
import jbuild.check.Checker;
import jbuild.check.Finding;
import jbuild.check.LayerFacts;
import jbuild.check.Severity;
import jbuild.layer.IndexStore;
import jbuild.layer.StoredFile;
import jbuild.layer.UnionTree;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The rules beside a build: about the file before the first step, about bytes when new layers are
 * there. A build from the cache reads no layer for them.
 */
final class BuildChecks {
  private static final String OPTION = "--check";

  /** So that warnings do not bury the build; {@code jbuild check} shows all. */
  private static final int MOST_SHOWN = 20;

  private enum Mode {
    OFF,
    WARN,
    ERROR
  }

  private final Wiring wiring;
  private final Mode mode;

  /** Whether the user asked: then layers from the cache are looked at, too. */
  private final boolean asked;

  private final boolean quiet;
  private Checker.@Nullable Result result;

  private BuildChecks(Wiring wiring, Mode mode, boolean asked, boolean quiet) {
    this.wiring = wiring;
    this.mode = mode;
    this.asked = asked;
    this.quiet = quiet;
  }

  static OptionSpec option() {
    return OptionSpec.value(
        "off|warn|error",
        "What findings of jbuild check do: nothing, warn, or fail the build (default: warn).",
        OPTION);
  }

  static BuildChecks of(Arguments arguments, Wiring wiring, boolean quiet) throws UsageException {
    String given = arguments.text(OPTION, "warn");
    Mode mode =
        switch (given) {
          case "off" -> Mode.OFF;
          case "warn" -> Mode.WARN;
          case "error" -> Mode.ERROR;
          default ->
              throw new UsageException(OPTION + " " + given + ": unknown (use off, warn or error)");
        };
    return new BuildChecks(wiring, mode, arguments.text(OPTION) != null, quiet);
  }

  /** Looks at the file; fails where its findings are errors. */
  void before(BuildOptions options) throws IOException, BuildfileException {
    if (mode == Mode.OFF) {
      return;
    }
    Buildfile buildfile = options.buildfile();
    String target = options.request().target();
    Checker.Result found =
        Checker.check(
            buildfile,
            new CheckRequest(
                options.request().buildArgs(),
                target == null ? Integer.toString(buildfile.stages().size() - 1) : target,
                options.request().platform(),
                options.context().rules(),
                options.context().ignoreFile(),
                new LocalImages(wiring.images()),
                false));
    result = found;
    List<Finding> findings = shown(found.findings());
    show(buildfile, findings);
    if (mode == Mode.ERROR) {
      refuse(buildfile, findings, "--check=warn builds nevertheless");
    } else if (found.failsBuild()) {
      refuse(
          buildfile,
          found.findings().stream().filter(finding -> finding.rule().isBuildKits()).toList(),
          "its check directive wants no findings; --check=off builds nevertheless");
    }
  }

  /** Looks at the layers that were made; fails where findings are errors. */
  void after(Buildfile buildfile, BuiltLayers layers) throws IOException {
    Checker.Result found = result;
    if (found == null || (quiet && mode != Mode.ERROR) || !(asked || layers.hasNew())) {
      return;
    }
    List<Finding> findings = byteFindings(layers, found);
    show(buildfile, findings);
    if (mode == Mode.ERROR) {
      refuse(buildfile, findings, "the image is there; --check=warn only warns");
    }
  }

  private List<Finding> byteFindings(BuiltLayers layers, Checker.Result found) throws IOException {
    IndexStore indexes = wiring.indexes();
    List<LayerFacts> facts = new ArrayList<>();
    for (BuiltLayers.Made made : layers.made()) {
      Digest diffId = made.diffId();
      List<Path> tar = List.of(wiring.blobs().path(diffId));
      facts.add(
          new LayerFacts(
              made.instruction(),
              indexes.tree(indexes.ensure(diffId)),
              file -> StoredFile.open(tar, file),
              asked || !made.cached()));
    }
    try (UnionTree base = UnionTree.open(indexes, layers.base())) {
      return ByteRules.check(
          base, facts, found.suppressions(), Amounts::bytes, ByteRules.WORTH_SAYING);
    }
  }

  private static List<Finding> shown(List<Finding> findings) {
    List<Finding> shown = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.severity().isAtLeast(Severity.WARNING)) {
        shown.add(finding);
      }
    }
    return shown;
  }

  private void show(Buildfile buildfile, List<Finding> findings) {
    if (quiet && mode != Mode.ERROR) {
      return;
    }
    for (Finding finding : findings.subList(0, Math.min(MOST_SHOWN, findings.size()))) {
      wiring.console().say(FindingText.line(buildfile, finding));
    }
    if (findings.size() > MOST_SHOWN) {
      int more = findings.size() - MOST_SHOWN;
      wiring.console().say("and " + more + " more (jbuild check shows all)");
    }
  }

  private static void refuse(Buildfile buildfile, List<Finding> findings, String advice)
      throws IOException {
    if (!findings.isEmpty()) {
      String count = findings.size() == 1 ? "1 finding" : findings.size() + " findings";
      throw new IOException("check " + buildfile.fileName() + ": " + count + " (" + advice + ")");
    }
  }
}
