package jbuild.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * chroot(1) with /proc and a descriptor left open: what a runtime would be that knows of no attack.
 */
record NaiveChroot(Stage stage) implements Confinement {
  private static final String SCRIPT =
      "user=$1 group=$2 image=$3 facts=$4 cwd=$5 && shift 5 &&"
          + " mount -t overlay overlay -o lowerdir=$image,upperdir=$0/u,workdir=$0/w $0/m &&"
          + " mkdir -p $0/m/proc && mount -t proc proc $0/m/proc && exec 7</ &&"
          + " ATTACK_FACTS=$facts exec unshare --root=$0/m --wd=$cwd --setuid=$user"
          + " --setgid=$group \"$@\"";

  @Override
  public String name() {
    return "chroot";
  }

  @Override
  public String play(Attempt attempt) throws IOException, InterruptedException {
    String facts = stage.outside().facts(Tool.where("unshare"), "/attack");
    List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--propagation=private"));
    command.addAll(List.of("sh", "-c", SCRIPT, Overlay.make(stage)));
    String user = attempt.user().isEmpty() ? "0:0" : attempt.user();
    command.add(user.substring(0, user.indexOf(':')));
    command.add(user.substring(user.indexOf(':') + 1));
    command.add(stage.images().root(attempt.image()).toString());
    command.add(facts);
    command.add(attempt.cwd().isEmpty() ? "/" : attempt.cwd());
    command.addAll(attempt.argv(facts));
    return Tool.run(command).output();
  }
}
