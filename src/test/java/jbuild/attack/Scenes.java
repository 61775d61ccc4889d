package jbuild.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plays the rows, each in the scene that it says: many in one sandbox, others in one of theirs. */
final class Scenes {
  static final String INSIDE = "inside";
  static final String AS_USER = "as user";
  private static final String USER = "1000:2000";
  private static final Verdict NOTHING =
      new Verdict(Verdict.HARMLESS, "nothing outside was reached");

  /** Rows that tell whether a sandbox is whole. */
  private static final String[] WHOLE = {
    "dotdot",
    "open-descriptors",
    "all-descriptors",
    "all-roots",
    "sysrq",
    "core-pattern",
    "proc-sys",
    "keys",
    "node-in-dev"
  };

  private static final List<String> DIRECTORIES =
      List.of(
          "/proc/self/fd/3",
          "/proc/self/fd/7",
          "/proc/self/fd/9",
          "/proc/self/cwd",
          "/proc/self/root");

  private static final int RACES = 2;

  private final Stage stage;
  private final List<Row> rows;

  /** What this sandbox lets happen anyway: no merit of the scene. */
  private final Set<String> open = new HashSet<>();

  Scenes(Stage stage, List<Row> rows) {
    this.stage = stage;
    this.rows = rows;
  }

  /** All rows that there are for this kind of sandbox. */
  Map<String, Verdict> play(Confinement sandbox) throws IOException, InterruptedException {
    Map<String, Verdict> inside = Verdict.parse(sandbox.play(everything()));
    Map<String, Verdict> asUser =
        Verdict.parse(sandbox.play(Attempt.probe(Images.BASE, named(AS_USER)).as(USER)));
    open.clear();
    inside.forEach(
        (name, verdict) -> {
          if (verdict.isEscape()) {
            open.add(name);
          }
        });
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (Row row : rows) {
      Verdict verdict =
          switch (row.how()) {
            case INSIDE -> inside.getOrDefault(row.name(), Verdict.NOT_STARTED);
            case AS_USER -> asUser.getOrDefault(row.name(), Verdict.NOT_STARTED);
            default -> alone(row, sandbox);
          };
      if (verdict != null) {
        verdicts.put(row.name(), verdict);
      }
    }
    return verdicts;
  }

  /** The attempt in which all rows are that need no set-up. */
  static Attempt everything() {
    return Attempt.probe(Images.BASE, "all", "-set-user-id", "-leave-group", "-type-into-terminal");
  }

  private String[] named(String how) {
    return rows.stream().filter(row -> row.how().equals(how)).map(Row::name).toArray(String[]::new);
  }

  private @Nullable Verdict alone(Row row, Confinement sandbox)
      throws IOException, InterruptedException {
    String how = row.how();
    if (how.startsWith("image ")) {
      return whole(sandbox, Attempt.probe(how.substring(6), WHOLE));
    }
    if (how.startsWith("program ")) {
      Attempt attempt = Attempt.probe(Images.BASE).running(how.substring(8));
      return Verdict.parse(sandbox.play(attempt))
          .getOrDefault("held-executable", Verdict.NOT_STARTED);
    }
    if (how.startsWith("build ")) {
      return sandbox instanceof JbuildBuild build
          ? new BuildScenes(stage, build).play(how.substring(6))
          : null;
    }
    return switch (how) {
      case "leftover" ->
          stage.outside().leftover().isPresent()
              ? new Verdict(Verdict.ESCAPED, "it lives on")
              : new Verdict(Verdict.HARMLESS, "it ends with the sandbox");
      case "user numbers" -> asNumbers(sandbox);
      case "no network" -> withoutNetwork(sandbox);
      case "directory" -> inDirectories(sandbox);
      case "files" -> writeFiles(sandbox);
      case "user of host" -> userOfHost(sandbox);
      default -> sandbox.hasCaller() ? ofCaller(how, sandbox) : null;
    };
  }

  private Verdict ofCaller(String how, Confinement sandbox)
      throws IOException, InterruptedException {
    return switch (how) {
      case "terminal" -> terminal(sandbox);
      case "files of caller" -> filesOfCaller(sandbox);
      case "volume with link" -> {
        Path shared = stage.freshDirectory();
        Files.createSymbolicLink(
            shared.resolve("link"), stage.outside().directory().resolve("link"));
        Attempt attempt = Attempt.probe(Images.BASE, "volume-link").with(shared + ":/volume");
        yield Verdict.parse(sandbox.play(attempt)).getOrDefault("volume-link", Verdict.NOT_STARTED);
      }
      case "volume on link" -> {
        Verdict out = whole(sandbox, onVolume(Images.LINKS, "/out/made"));
        yield Verdict.worse(out, whole(sandbox, onVolume(Images.LINKS, "/root-link/proc/sys")));
      }
      case "volume on proc" -> whole(sandbox, onVolume(Images.BASE, "/proc"));
      case "volume on dev" -> whole(sandbox, onVolume(Images.BASE, "/dev"));
      case "race" -> race(sandbox);
      default -> throw new IllegalArgumentException("no scene " + how);
    };
  }

  private Attempt onVolume(String image, String target) throws IOException {
    return Attempt.probe(image, WHOLE).with(stage.freshDirectory() + ":" + target);
  }

  /** What is outside is compared too: a name that a mount needs may have been made there. */
  private Verdict whole(Confinement sandbox, Attempt attempt)
      throws IOException, InterruptedException {
    Map<String, Verdict> seen = Verdict.parse(sandbox.play(attempt));
    Verdict outside = stage.outside().compared();
    if (seen.isEmpty() || outside.isEscape()) {
      return Verdict.worse(Verdict.NOT_STARTED, outside);
    }
    return seen.entrySet().stream()
        .filter(entry -> entry.getValue().isEscape() && !open.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(NOTHING);
  }

  private Verdict inDirectories(Confinement sandbox) throws IOException, InterruptedException {
    Verdict worst = Verdict.NOT_STARTED;
    for (String directory : DIRECTORIES) {
      Attempt attempt = Attempt.probe(Images.BASE, "all-descriptors").in(directory);
      Verdict verdict = Verdict.parse(sandbox.play(attempt)).get("all-descriptors");
      worst = verdict == null ? worst : Verdict.worse(worst, verdict);
    }
    return worst;
  }

  private static Verdict asNumbers(Confinement sandbox) throws IOException, InterruptedException {
    Verdict worst = Verdict.NOT_STARTED;
    for (String number : List.of("4294967296", "4294967295", "-1", "18446744073709551616")) {
      Attempt attempt = Attempt.probe(Images.BASE, "be-root").as(number + ":1000");
      Verdict verdict = Verdict.parse(sandbox.play(attempt)).get("be-root");
      worst = verdict == null ? worst : Verdict.worse(worst, verdict);
    }
    return worst;
  }

  private static @Nullable Verdict withoutNetwork(Confinement sandbox)
      throws IOException, InterruptedException {
    Attempt attempt = Attempt.probe(Images.BASE, "packet-socket");
    List<String> option = List.of("--network=none");
    if (sandbox instanceof JbuildRun run) {
      return Verdict.parse(run.play(attempt, option)).get("packet-socket");
    }
    if (sandbox instanceof JbuildBuild build) {
      return Verdict.parse(build.play(attempt, option)).get("packet-socket");
    }
    return null;
  }

  private Verdict writeFiles(Confinement sandbox) throws IOException, InterruptedException {
    String script =
        "for f in hosts resolv.conf hostname; do echo attacked >> /etc/$f; done;"
            + " echo attacked > /dev/null; echo attacked > /dev/shm/made; echo started";
    Attempt attempt =
        Attempt.probe(Images.LINKED_FILES).running("/bin/busybox", "sh", "-c", script);
    boolean started = sandbox.play(attempt).contains("started");
    Verdict outside = stage.outside().compared();
    return outside.isEscape() ? outside : started ? NOTHING : Verdict.NOT_STARTED;
  }

  /** Whoever reads the host's file as the image's passwd(5) knows this user. */
  private Verdict userOfHost(Confinement sandbox) throws IOException, InterruptedException {
    if (!(sandbox instanceof JbuildRun) && !(sandbox instanceof JbuildBuild)) {
      return new Verdict(Verdict.ABSENT, "users have numbers only");
    }
    Attempt attempt = Attempt.probe(Images.LINKED_PASSWD, "dotdot").as(stage.outside().token());
    return Verdict.parse(sandbox.play(attempt)).isEmpty()
        ? Verdict.NOT_STARTED
        : new Verdict(Verdict.ESCAPED, "a user of the host's file is known");
  }

  private static Verdict filesOfCaller(Confinement sandbox)
      throws IOException, InterruptedException {
    Attempt attempt = Attempt.probe(Images.BASE, "input-file", "output-file");
    String output = sandbox.play(attempt.by(Attempt.Caller.FILES));
    return output.contains("mode 4755")
        ? new Verdict(Verdict.ESCAPED, "it is a set-user-ID program now")
        : Verdict.parse(output).values().stream()
            .reduce(Verdict::worse)
            .orElse(Verdict.NOT_STARTED);
  }

  private Verdict terminal(Confinement sandbox) throws IOException, InterruptedException {
    Attempt attempt = Attempt.probe(Images.BASE, "type-into-terminal").by(Attempt.Caller.TERMINAL);
    String output = sandbox.play(attempt);
    if (!output.contains("terminal: 0 bytes")) {
      return new Verdict(Verdict.ESCAPED, "the caller's terminal got input");
    }
    return Verdict.parse(output).getOrDefault("type-into-terminal", Verdict.NOT_STARTED);
  }

  /**
   * Another container that has the volume too exchanges a directory for a link while this one is
   * started with a mount on it and its working directory below; CVE-2021-30465.
   */
  private Verdict race(Confinement sandbox) throws IOException, InterruptedException {
    Path names = stage.freshDirectory();
    Files.createDirectories(names.resolve("target"));
    Verdict worst = Verdict.NOT_STARTED;
    for (String to : List.of("/", "../../../..", "/proc/self/fd/7", "/dev")) {
      Files.deleteIfExists(names.resolve("link"));
      Files.createSymbolicLink(names.resolve("link"), Path.of(to));
      Process swapping =
          new ProcessBuilder(stage.probe().toString(), "swap", names.toString(), "target", "link")
              .start();
      for (int i = 0; i < RACES; i++) {
        Attempt attempt =
            Attempt.probe(Images.BASE, WHOLE)
                .with(names + ":/volume", stage.freshDirectory() + ":/volume/target")
                .in("/volume/target");
        worst = Verdict.worse(worst, whole(sandbox, attempt));
      }
      swapping.getOutputStream().close();
      swapping.waitFor();
    }
    return worst;
  }

  /** How often each kind of verdict was given. */
  static Map<String, Integer> count(Map<String, Verdict> verdicts) {
    Map<String, Integer> count = new HashMap<>();
    verdicts.values().forEach(verdict -> count.merge(verdict.kind(), 1, Integer::sum));
    return count;
  }

  /** The names of all rows that the probe has. */
  static List<String> namesOfProbe(Stage stage) throws IOException, InterruptedException {
    try (Stream<String> names = Tool.run(stage.probe().toString(), "names").succeeded().lines()) {
      return names.toList();
    }
  }
}
