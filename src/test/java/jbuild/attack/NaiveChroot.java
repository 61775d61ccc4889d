package jbuild.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * chroot(1) with /proc and a descriptor left open: what a runtime would be that knows of no attack.
 */
record NaiveChroot(Stage stage) implements Confinement {
  private static final String SCRIPT =
      "mkdir -p $0/m && mount -t overlay overlay -o lowerdir=$1,upperdir=$0/u,workdir=$0/w $0/m"
          + " && mkdir -p $0/m/proc && mount -t proc proc $0/m/proc && exec 7</ && facts=$2 &&"
          + " cwd=$3 && root=$0 && shift 3 &&"
          + " ATTACK_FACTS=$facts exec unshare --root=$root/m --wd=$cwd \"$@\"";

  @Override
  public String name() {
    return "chroot";
  }

  @Override
  public String play(Attempt attempt) throws IOException, InterruptedException {
    String facts = stage.outside().facts(Tool.where("unshare"), "/attack");
    List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--propagation=private"));
    command.addAll(List.of("sh", "-c", SCRIPT, Overlay.make(stage)));
    command.add(stage.images().root(attempt.image()).toString());
    command.add(facts);
    command.add(attempt.cwd().isEmpty() ? "/" : attempt.cwd());
    command.addAll(attempt.argv(facts));
    return Tool.run(command).output();
  }
}
