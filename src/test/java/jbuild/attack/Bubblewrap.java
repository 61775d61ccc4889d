package jbuild.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** bwrap with all namespaces, as its manual shows it. */
record Bubblewrap(Stage stage) implements Confinement {
  private static final String SCRIPT =
      "mount -t overlay overlay -o lowerdir=$1,upperdir=$0/u,workdir=$0/w $0/m && root=$0/m &&"
          + " shift && exec bwrap --bind $root / \"$@\"";

  @Override
  public String name() {
    return "bwrap";
  }

  @Override
  public String play(Attempt attempt) throws IOException, InterruptedException {
    String facts = stage.outside().facts(Tool.where("bwrap"), "/attack");
    List<String> command = new ArrayList<>(attempt.start(stage));
    command.addAll(List.of("unshare", "--mount", "--propagation=private", "sh", "-c", SCRIPT));
    command.add(Overlay.make(stage));
    command.add(stage.images().root(attempt.image()).toString());
    command.addAll(List.of("--unshare-all", "--die-with-parent", "--new-session"));
    command.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--ro-bind", "/etc/hosts"));
    command.addAll(List.of("/etc/hosts", "--setenv", "ATTACK_FACTS", facts));
    if (!attempt.user().isEmpty()) {
      int colon = attempt.user().indexOf(':');
      String user = colon < 0 ? attempt.user() : attempt.user().substring(0, colon);
      String group = colon < 0 ? "0" : attempt.user().substring(colon + 1);
      command.addAll(List.of("--unshare-user", "--uid", user, "--gid", group));
    }
    if (!attempt.cwd().isEmpty()) {
      command.addAll(List.of("--chdir", attempt.cwd()));
    }
    for (String volume : attempt.volumes()) {
      int colon = volume.indexOf(':');
      command.addAll(List.of("--bind", volume.substring(0, colon), volume.substring(colon + 1)));
    }
    command.addAll(attempt.argv(facts));
    return Tool.run(command).output();
  }
}
