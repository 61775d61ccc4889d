package jbuild.attack;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints the table of docs/attacks.md: every row in every sandbox that is installed. */
final class AttackTable {
  private AttackTable() {}

  /** One argument: an empty directory. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<Row> rows = Row.readAll();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Stage stage = new Stage(Path.of(arguments[0]).toAbsolutePath())) {
      Scenes scenes = new Scenes(stage, rows);
      Map<String, Map<String, Verdict>> played = new LinkedHashMap<>();
      for (Confinement sandbox : all(stage)) {
        played.put(sandbox.name(), scenes.play(sandbox));
      }
      List<String> table = new ArrayList<>();
      table.add("| attack | tries to | CVE | " + String.join(" | ", played.keySet()) + " | why |");
      table.add("| --- | --- | --- |" + " --- |".repeat(played.size()) + " --- |");
      for (Row row : rows) {
        StringBuilder line = new StringBuilder("| " + row.name() + " | " + row.tries() + " | ");
        line.append(row.cve()).append(" | ");
        for (Map<String, Verdict> verdicts : played.values()) {
          line.append(cell(verdicts.get(row.name()))).append(" | ");
        }
        table.add(line + row.why() + " |");
      }
      table.forEach(out::println);
      played.forEach(
          (name, verdicts) ->
              verdicts.forEach(
                  (row, verdict) -> {
                    if (verdict.isEscape()) {
                      out.println(name + ", " + row + ": " + verdict.detail());
                    }
                  }));
      played.forEach((name, verdicts) -> out.println(name + ": " + Scenes.count(verdicts)));
      stage.outside().assertUnchanged();
      out.println("outside: " + stage.outside().asked());
    }
  }

  private static List<Confinement> all(Stage stage) {
    List<Confinement> all = new ArrayList<>(List.of(new JbuildBuild(stage), new JbuildRun(stage)));
    for (String runtime : List.of("runc", "crun")) {
      if (Tool.isInstalled(runtime)) {
        all.add(new OciRuntime(stage, runtime));
      }
    }
    if (Tool.isInstalled("bwrap")) {
      all.add(new Bubblewrap(stage));
    }
    return all;
  }

  /** A verdict in a few words: what was found only where it is an escape. */
  private static String cell(@Nullable Verdict verdict) {
    if (verdict == null) {
      return "";
    }
    return verdict.kind().equals(Verdict.HARMLESS) || verdict.isEscape()
        ? verdict.kind()
        : verdict.kind() + " " + verdict.detail();
  }
}
