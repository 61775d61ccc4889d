package jbuild.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.cgroup.CgroupUsage;

/** {@code jbuild stats}: what running containers use, by their control groups. */
final class StatsCommand implements Command {
  private static final long INTERVAL_MILLIS = 1_000;
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Show what running containers use.",
            "Every second, until interrupted. Without names, of all that run.")
        .flag("Show it once.", "--no-stream")
        .option(Formats.option())
        .anyOperands("CONTAINER", "Names or starts of IDs.")
        .build();
  }

  /**
   * A look at a container.
   *
   * @param nanos when
   */
  private record Look(CgroupUsage usage, long nanos) {}

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    boolean json = Formats.isJson(arguments);
    List<String> names = arguments.operands();
    for (String name : names) {
      RunningContainer.find(wiring, "show", name);
    }
    long memory = memoryOfMachine();
    Map<String, Look> looks = new HashMap<>();
    look(chosen(wiring, names), looks, memory);
    do {
      TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
      print(wiring, look(chosen(wiring, names), looks, memory), json);
    } while (!arguments.flag("--no-stream") && !wiring.console().out().checkError());
    return 0;
  }

  /** Those that have ended meanwhile are left out. */
  private static List<RunningContainer> chosen(Wiring wiring, List<String> names)
      throws IOException {
    List<RunningContainer> chosen = new ArrayList<>();
    for (RunningContainer container : RunningContainer.all(wiring)) {
      boolean wanted = names.isEmpty();
      for (String name : names) {
        wanted |= container.isCalled(name);
      }
      if (wanted) {
        chosen.add(container);
      }
    }
    return chosen;
  }

  /** One that is seen for the first time has no row yet. */
  private static List<StatsRow> look(
      List<RunningContainer> containers, Map<String, Look> looks, long memory) throws IOException {
    List<StatsRow> rows = new ArrayList<>();
    for (RunningContainer container : containers) {
      Look now;
      try {
        now = new Look(container.group().usage(), System.nanoTime());
      } catch (IOException ended) {
        continue; // its group went while its files were read
      }
      Look before = looks.put(container.id(), now);
      if (before != null) {
        rows.add(
            new StatsRow(
                container.id(),
                container.name(),
                before.usage(),
                now.usage(),
                now.nanos() - before.nanos(),
                NetworkUsage.of(container.pid()),
                memory));
      }
    }
    return rows;
  }

  private static void print(Wiring wiring, List<StatsRow> rows, boolean asJson) throws IOException {
    if (asJson) {
      try (JsonOutput json = new JsonOutput(wiring.console().out())) {
        json.startArray();
        for (StatsRow row : rows) {
          row.print(json);
        }
        json.endArray();
      }
    } else {
      Table table = StatsRow.table();
      for (StatsRow row : rows) {
        row.addTo(table);
      }
      if (wiring.console().isTerminal()) {
        wiring.console().out().print(CLEAR);
      }
      table.print(wiring.console().out());
    }
    wiring.console().flush();
  }

  private static long memoryOfMachine() throws IOException {
    String key = "MemTotal:";
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"), StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(key)) {
        String number = line.substring(key.length(), line.length() - " kB".length()).strip();
        return Long.parseLong(number) << 10;
      }
    }
    return Long.MAX_VALUE;
  }
}
