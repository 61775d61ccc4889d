package jbuild.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** runc or crun, with a configuration such as Docker writes; see {@link OciConfig}. */
record OciRuntime(Stage stage, String name) implements Confinement {
  private static final String SCRIPT =
      // crun does not run where both versions of control groups have controllers.
      "umount -l /sys/fs/cgroup/unified 2>/dev/null; mount -t overlay overlay -o"
          + " lowerdir=$1,upperdir=$0/u,workdir=$0/w $0/m && exec $2 --root $0/state run -b $0 $3";

  @Override
  public String play(Attempt attempt) throws IOException, InterruptedException {
    Path bundle = Path.of(Overlay.make(stage));
    Path hosts = Files.writeString(bundle.resolve("hosts"), "127.0.0.1 localhost\n");
    String facts = stage.outside().facts(Tool.where(name), "/attack");
    String id = "attack-" + ProcessHandle.current().pid() + "-" + bundle.getFileName();
    Files.writeString(
        bundle.resolve("config.json"), OciConfig.json(attempt, facts, hosts.toString(), id));
    List<String> command = new ArrayList<>(attempt.start(stage));
    command.addAll(List.of("unshare", "--mount", "--propagation=private", "sh", "-c", SCRIPT));
    command.add(bundle.toString());
    command.add(stage.images().root(attempt.image()).toString());
    command.addAll(List.of(name, id));
    return Tool.run(command).output();
  }
}
