package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.gc.CollectionPlan;
import jbuild.gc.CollectionPolicy;
import jbuild.gc.CollectionReport;
import jbuild.gc.Collector;
import jbuild.gc.Garbage;

/** {@code jbuild gc}: removes what nothing refers to, and build cache beyond a limit. */
final class GcCommand implements Command {
  private static final String UNTIL = "until=";

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Remove what no image and no container needs, and build cache beyond a limit.")
        .flag(
            "Remove all build cache that no image needs, all cache mounts, and all logs.",
            "-a",
            "--all")
        .value(
            "SIZE",
            "Build cache to keep, the last used first (default: 20 GB or 10 % of the file system;"
                + " with -a or --filter none).",
            "--keep-storage")
        .list("until=DURATION", "Keep build cache that was used within this time.", "--filter")
        .flag("Only list what would be removed.", "-n", "--dry-run")
        .flag("As builds do it themselves: only if it is time for it.", "--automatic")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    if (!arguments.flag("--dry-run")) {
      // With the leftovers goes what tells other commands that there may be such a group.
      wiring.removeAbandonedCgroups();
    }
    if (arguments.flag("--automatic")) {
      wiring.automaticCollection().run(wiring.collector());
      return 0;
    }
    CollectionPolicy policy = policy(arguments, wiring);
    Collector collector = wiring.collector();
    CollectionPlan plan = collector.plan(policy);
    PrintStream out = wiring.console().out();
    if (arguments.flag("--dry-run")) {
      list(plan, wiring);
      out.println("Total reclaimable space: " + Amounts.bytes(plan.bytes()));
      return 0;
    }
    CollectionReport report = collector.collect(plan);
    print(report, out);
    out.println("Total reclaimed space: " + Amounts.bytes(report.bytes()));
    return 0;
  }

  private static CollectionPolicy policy(Arguments arguments, Wiring wiring)
      throws UsageException, IOException {
    boolean all = arguments.flag("--all");
    Duration within = Duration.ZERO;
    for (String filter : arguments.list("--filter")) {
      if (!filter.startsWith(UNTIL)) {
        throw new UsageException("--filter " + filter + ": not of the form until=DURATION");
      }
      within = Amounts.parseDuration("--filter", filter.substring(UNTIL.length()));
    }
    String keep = arguments.text("--keep-storage");
    long limit;
    if (keep != null) {
      limit = Amounts.parseBytes("--keep-storage", keep);
    } else {
      limit = all || !within.isZero() ? 0 : CollectionPolicy.defaultLimit(wiring.dataRoot());
    }
    return new CollectionPolicy(limit, within, all, Duration.ZERO);
  }

  private static void list(CollectionPlan plan, Wiring wiring) throws IOException {
    Path root = wiring.dataRoot().root();
    Table table = new Table("KIND", "PATH", "SIZE");
    for (Garbage garbage : plan.garbage()) {
      table.row(
          garbage.kind().label(),
          root.relativize(garbage.paths().get(0)).toString(),
          Amounts.bytes(garbage.bytes()));
    }
    table.print(wiring.console().out());
  }

  private static void print(CollectionReport report, PrintStream out) {
    for (Garbage.Kind kind : Garbage.Kind.values()) {
      CollectionReport.Amount amount = report.removed().get(kind);
      if (amount != null) {
        out.println(
            "removed: "
                + amount.count()
                + " "
                + kind.label()
                + ", "
                + Amounts.bytes(amount.bytes()));
      }
    }
    if (report.leftovers() > 0) {
      out.println("removed: " + report.leftovers() + " leftovers of commands that were killed");
    }
    if (report.inUse().count() > 0) {
      out.println(
          "kept: "
              + report.inUse().count()
              + " things that running commands use, "
              + Amounts.bytes(report.inUse().bytes()));
    }
  }
}
