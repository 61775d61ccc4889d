package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.fsck.FileSystemCheck;
import jbuild.fsck.Finding;
import jbuild.gc.CollectionPolicy;

/** {@code jbuild fsck}: verifies the data root; exit codes are those of fsck(8). */
final class FsckCommand implements Command {
  private static final int REPAIRED = 1;
  private static final int LEFT = 4;

  @Override
  public int failureCode() {
    return 8;
  }

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Verify the data root, and remove what is damaged and can be made again.",
            "The exit code is 0 if all is well, 1 if damage was repaired, 4 if damage is left (5"
                + " for both), 8 if jbuild failed.")
        .flag("Only look: repair nothing.", "-n", "--dry-run")
        .flag("Look at lengths and documents alone, not at all content.", "--fast")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    FileSystemCheck.Options options =
        new FileSystemCheck.Options(!arguments.flag("--dry-run"), arguments.flag("--fast"));
    FileSystemCheck.Result result =
        new FileSystemCheck(
                wiring.dataRoot(),
                wiring.references(),
                wiring.containers(),
                wiring.trash(),
                options)
            .run();
    PrintStream out = wiring.console().out();
    for (Finding finding : result.findings()) {
      out.println(finding.text());
    }
    boolean repaired = result.has(Finding.Severity.REPAIRED);
    boolean left = result.has(Finding.Severity.LEFT);
    out.println(totals(result.totals(), options) + ": " + verdict(repaired, left));
    printGarbage(wiring, out);
    return (repaired ? REPAIRED : 0) + (left ? LEFT : 0);
  }

  private static String totals(FileSystemCheck.Totals totals, FileSystemCheck.Options options) {
    List<String> parts = new ArrayList<>();
    parts.add(totals.images() + " images");
    if (!options.fast()) {
      parts.add(totals.blobs() + " blobs (" + Amounts.bytes(totals.bytes()) + ")");
    }
    parts.add(totals.indexes() + " indexes");
    parts.add(totals.records() + " build cache records");
    return String.join(", ", parts);
  }

  private static String verdict(boolean repaired, boolean left) {
    if (left) {
      return "damage is left"
          + (repaired ? ", some was repaired" : "")
          + " (jbuild rmi takes a damaged image away, then jbuild gc and build or import it again)";
    }
    return repaired ? "damage was repaired" : "clean";
  }

  private static void printGarbage(Wiring wiring, PrintStream out) {
    try {
      long bytes =
          wiring
              .collector()
              .plan(CollectionPolicy.keeping(CollectionPolicy.defaultLimit(wiring.dataRoot())))
              .bytes();
      out.println("jbuild gc would free " + Amounts.bytes(bytes));
    } catch (IOException damagedImage) {
      out.println("jbuild gc would free nothing as long as an image cannot be read");
    }
  }
}
