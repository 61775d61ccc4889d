package jbuild.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * None at all: the attackers as root of the host, in a mount namespace so that nothing of them is
 * left. Here the attacks succeed, or they would show nothing elsewhere.
 */
record OpenSandbox(Stage stage) implements Confinement {
  /** A descriptor that is left open; something mounted over /proc/sys, to be taken away. */
  private static final String SCRIPT =
      "mount --bind /proc/sys /proc/sys; exec 7</; exec setpriv --inh-caps +chown \"$@\"";

  @Override
  public String name() {
    return "none";
  }

  @Override
  public String play(Attempt attempt) throws IOException, InterruptedException {
    String home = stage.images().root(Images.BASE) + "/attack";
    List<String> command = new ArrayList<>(attempt.start(stage));
    command.addAll(
        List.of("unshare", "--mount", "--propagation=private", "sh", "-c", SCRIPT, "sh"));
    List<String> argv = new ArrayList<>(attempt.argv(stage.outside().facts(stage.java(), home)));
    argv.set(0, stage.probe().toString());
    command.addAll(argv);
    return Tool.run(command).output();
  }
}
