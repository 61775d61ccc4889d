package jbuild.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Buildfiles and contexts that try to make the builder read or write outside. */
final class BuildScenes {
  private static final Verdict NOTHING =
      new Verdict(Verdict.HARMLESS, "nothing outside was reached");
  private static final Verdict REFUSED = new Verdict(Verdict.REFUSED, "the build fails");

  private final Stage stage;
  private final JbuildBuild builder;

  BuildScenes(Stage stage, JbuildBuild builder) {
    this.stage = stage;
    this.builder = builder;
  }

  Verdict play(String scene) throws IOException, InterruptedException {
    if (scene.equals("deep tree")) {
      return deepTree();
    }
    if (scene.equals("cache race")) {
      return cacheRace();
    }
    Path outside = stage.outside().directory();
    Path context = context(outside);
    String look = "RUN " + run("volume-link");
    List<String> lines =
        switch (scene) {
          case "copy of link" -> List.of("FROM base", "COPY link /volume/link", look);
          case "copy through link" -> List.of("FROM base", "COPY tree/link /volume/", look);
          case "copy to link" -> List.of("FROM links", "COPY file /out/made", look);
          case "copy from link" ->
              List.of("FROM links AS a", "FROM base", "COPY --from=a /out/link /volume/", look);
          case "add archive" -> List.of("FROM base", "ADD evil.tar /", look);
          case "add dotdot" -> List.of("FROM base", "ADD dotdot.tar /", look);
          case "workdir on link" -> List.of("FROM links", "WORKDIR /out/made", look);
          case "bind of link" ->
              List.of(
                  "FROM links AS a",
                  "FROM base",
                  "RUN --mount=type=bind,from=a,source=/out,target=/volume " + run("volume-link"));
          case "bind of context link" ->
              List.of(
                  "FROM base",
                  "RUN --mount=type=bind,source=tree,target=/volume " + run("volume-link"));
          case "bind on link" ->
              List.of(
                  "FROM links",
                  "RUN --mount=type=bind,source=file,target=/out/made " + run("volume-link"));
          case "mount point moved" ->
              List.of(
                  "FROM base",
                  "RUN --mount=type=tmpfs,target=/t/target [\"/bin/busybox\",\"sh\",\"-c\","
                      + "\"mv /t /moved && ln -s "
                      + outside.resolve("sub")
                      + " /t\"]",
                  look);
          case "cache with link" ->
              List.of(
                  "FROM base",
                  "RUN --mount=type=cache,target=/volume [\"/bin/busybox\",\"ln\",\"-s\",\""
                      + outside
                      + "\",\"/volume/deep\"]",
                  "RUN --mount=type=cache,target=/volume"
                      + " --mount=type=tmpfs,target=/volume/deep/made "
                      + run("volume-link"));
          case "cache from link" ->
              List.of(
                  "FROM links AS a",
                  "FROM base",
                  "RUN --mount=type=cache,target=/volume,from=a,source=/out " + run("volume-link"));
          case "cache by path" ->
              List.of(
                  "FROM base",
                  "RUN --mount=type=cache,target=/volume,id=../../../../../../../.."
                      + outside
                      + " "
                      + run("volume-link"));
          case "secret on link" ->
              List.of(
                  "FROM links",
                  "RUN --mount=type=secret,id=s,target=/out/made " + run("volume-link"));
          case "mount on proc" ->
              List.of(
                  "FROM links",
                  "RUN --mount=type=tmpfs,target=/root-link/proc/sys " + run("proc-sys"));
          default -> throw new IllegalArgumentException("no scene " + scene);
        };
    String output =
        builder.build(context, lines, "--secret", "id=s,src=" + context.resolve("secret"));
    Verdict changed = stage.outside().compared();
    if (changed.isEscape()) {
      return changed;
    }
    Verdict seen = Verdict.parse(output).values().stream().reduce(Verdict::worse).orElse(REFUSED);
    return seen.kind().equals(Verdict.HARMLESS) ? NOTHING : seen;
  }

  /** It may fail, if it says why. */
  private Verdict deepTree() throws IOException, InterruptedException {
    String output =
        builder.build(stage.freshDirectory(), List.of("FROM base", "RUN " + run("deep-tree")));
    return output.contains("directories are nested more than")
        ? REFUSED
        : new Verdict(Verdict.ESCAPED, "the builder fails otherwise: " + output);
  }

  /**
   * One build exchanges a directory of a cache for a link that leads out, while another has a mount
   * point made below it.
   */
  private Verdict cacheRace() throws IOException, InterruptedException {
    String cache = "RUN --mount=type=cache,id=race,target=/volume ";
    String swap =
        "mkdir -p /volume/deep && ln -sfn "
            + stage.outside().directory()
            + " /volume/link && sleep 3 | /attack/probe swap /volume deep link";
    List<String> swapping =
        List.of("FROM base", cache + JbuildBuild.exec(List.of("/bin/busybox", "sh", "-c", swap)));
    Path context = stage.freshDirectory();
    Files.write(context.resolve("Buildfile"), swapping);
    Process other =
        new ProcessBuilder(stage.jbuild("-t", "swapping", context.toString()))
            .redirectErrorStream(true)
            .start();
    Verdict worst = REFUSED;
    for (int i = 0; other.isAlive(); i++) {
      String step =
          cache + "--mount=type=tmpfs,target=/volume/deep/made" + i + " " + run("volume-link");
      String output = builder.build(stage.freshDirectory(), List.of("FROM base", step));
      Verdict seen = Verdict.parse(output).values().stream().reduce(Verdict::worse).orElse(REFUSED);
      worst = Verdict.worse(Verdict.worse(worst, seen), stage.outside().compared());
    }
    String swaps = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (other.waitFor() != 0) {
      throw new IOException("no race took place: " + swaps);
    }
    return worst.kind().equals(Verdict.HARMLESS) ? NOTHING : worst;
  }

  private String run(String row) throws IOException {
    return JbuildBuild.exec(Attempt.probe(Images.BASE, row).argv(builder.facts()));
  }

  private Path context(Path outside) throws IOException, InterruptedException {
    Path context = stage.freshDirectory();
    Files.writeString(context.resolve("file"), "attacked");
    Files.writeString(context.resolve("secret"), "not for anybody");
    Files.createSymbolicLink(context.resolve("link"), outside.resolve("link"));
    Files.createSymbolicLink(context.resolve("tree"), outside);
    Path inside = Files.createDirectory(context.resolve("archive"));
    Files.createSymbolicLink(inside.resolve("volume"), outside);
    Files.writeString(inside.resolve("made"), "attacked");
    // First the link, then a file below it; and names that climb.
    Tool.run(
            "tar",
            "-C",
            inside.toString(),
            "-cf",
            tar(context, "evil"),
            "volume",
            "made",
            "--transform=s,^made,volume/made,")
        .succeeded();
    Tool.run(
            "tar",
            "-P",
            "-C",
            inside.toString(),
            "-cf",
            tar(context, "dotdot"),
            "made",
            "--transform=s,^made,../../../../../../.." + outside + "/made,")
        .succeeded();
    return context;
  }

  private static String tar(Path context, String name) {
    return context.resolve(name + ".tar").toString();
  }
}
