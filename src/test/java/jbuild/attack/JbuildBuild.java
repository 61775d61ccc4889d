package jbuild.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** RUN in a build. */
record JbuildBuild(Stage stage) implements Confinement {
  @Override
  public String name() {
    return "jbuild build";
  }

  @Override
  public boolean hasCaller() {
    return false;
  }

  @Override
  public String play(Attempt attempt) throws IOException, InterruptedException {
    return play(attempt, List.of());
  }

  /** With more options. */
  String play(Attempt attempt, List<String> more) throws IOException, InterruptedException {
    String facts = facts();
    List<String> lines = new ArrayList<>();
    lines.add("FROM " + attempt.image());
    lines.add("ENV ATTACK_FACTS=" + facts);
    if (!attempt.user().isEmpty()) {
      lines.add("USER " + attempt.user());
    }
    if (!attempt.cwd().isEmpty()) {
      lines.add("WORKDIR " + attempt.cwd());
    }
    lines.add("RUN " + exec(attempt.argv(facts)));
    return build(stage.freshDirectory(), lines, more.toArray(String[]::new));
  }

  String facts() throws IOException {
    return stage.outside().facts(stage.java(), "/attack");
  }

  /** Builds in {@code context}; what all steps printed, and the error if there was one. */
  String build(Path context, List<String> lines, String... options)
      throws IOException, InterruptedException {
    Files.write(context.resolve("Buildfile"), lines);
    List<String> arguments = new ArrayList<>(List.of("--pids-limit=100", "--memory=200m"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("-t", "attacked", context.toString()));
    return Tool.run(stage.jbuild(arguments.toArray(String[]::new))).output();
  }

  /** A command without a shell, as RUN takes it. */
  static String exec(List<String> argv) {
    return "[\"" + String.join("\",\"", argv) + "\"]";
  }
}
