package jbuild.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code jbuild run}. */
record JbuildRun(Stage stage) implements Confinement {
  @Override
  public String name() {
    return "jbuild run";
  }

  @Override
  public String play(Attempt attempt) throws IOException, InterruptedException {
    return play(attempt, List.of());
  }

  /** With more options. */
  String play(Attempt attempt, List<String> more) throws IOException, InterruptedException {
    String facts = stage.outside().facts(stage.java(), "/attack");
    List<String> options = new ArrayList<>(List.of("run", "--rm", "--pids-limit=100", "-m=200m"));
    options.add("-e=ATTACK_FACTS=" + facts);
    options.addAll(more);
    if (!attempt.user().isEmpty()) {
      options.add("--user=" + attempt.user());
    }
    if (!attempt.cwd().isEmpty()) {
      options.add("--workdir=" + attempt.cwd());
    }
    attempt.volumes().forEach(volume -> options.add("--volume=" + volume));
    if (attempt.caller() != Attempt.Caller.PIPE) {
      options.add("-i");
    }
    options.add(attempt.image());
    options.addAll(attempt.argv(facts));
    List<String> command = new ArrayList<>(attempt.start(stage));
    command.addAll(stage.jbuild(options.toArray(String[]::new)));
    return Tool.run(command).output();
  }
}
