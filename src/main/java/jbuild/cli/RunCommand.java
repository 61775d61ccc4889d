package jbuild.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.io.BytePath;
import jbuild.runner.ContainerRunner;
import jbuild.runner.ContainerSpec;
import jbuild.runner.ContainerStore;
import jbuild.sandbox.ExitStatus;
import jbuild.store.Image;
import jbuild.store.WorkDirs;
import org.jspecify.annotations.Nullable;

/** {@code jbuild run}: a container in the foreground; its exit status becomes jbuild's. */
final class RunCommand implements Command {
  private static final int ID_BYTES = 6;

  @Override
  public int usageCode() {
    return failureCode();
  }

  @Override
  public int failureCode() {
    return 125;
  }

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Run a command in a new container.",
            "The exit code is the command's own; 128 and the signal's number when a signal ended"
                + " it; 126 when it cannot be executed, 127 when it is not there, 125 when jbuild"
                + " failed.")
        .flag("Throw the container away when it has ended.", "--rm")
        .flag("Pass standard input on.", "-i", "--interactive")
        .flag("Make the container's root file system read-only.", "--read-only")
        .value("NAME", "A name for the container.", "--name")
        .list("NAME[=VALUE]", "Set a variable; without a value, to jbuild's own.", "-e", "--env")
        .value("DIR", "Working directory.", "-w", "--workdir")
        .value("USER[:GROUP]", "Who to run as, by name or number.", "-u", "--user")
        .list("SOURCE:TARGET[:ro]", "Mount something of the host.", "-v", "--volume")
        .value("PROGRAM", "Run this instead of the image's entrypoint.", "--entrypoint")
        .value("NAME", "Host name inside (default: the container's ID).", "--hostname")
        .options(LimitOptions.ofRun())
        .option(NetworkOption.option())
        .operand("IMAGE", "A name or the start of an ID.")
        .optionalOperand("COMMAND", "What to run in it (default: what the image says).")
        .anyOperands("ARGUMENT", "Arguments of the command, options included.")
        .optionsEndAtOperand()
        .build();
  }

  @Override
  @SuppressWarnings("try") // what goes on beside is waited for, not looked at
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    LimitOptions.prepare(arguments, wiring);
    wiring.prepareSandbox();
    SignalForwarder signals = SignalForwarder.begin();
    List<String> operands = arguments.operands();
    Image image = wiring.use(operands.get(0));
    String id = randomId();
    String hostname = arguments.text("--hostname", id);
    String entrypoint = arguments.text("--entrypoint");
    ContainerSpec spec =
        new ContainerSpec(
            image.diffIds(),
            image.config().platform(),
            image.config().config(),
            entrypoint(entrypoint),
            operands.subList(1, operands.size()),
            env(arguments, wiring),
            arguments.text("--workdir"),
            arguments.text("--user"),
            volumes(arguments),
            arguments.flag("--read-only"),
            hostname,
            NetworkOption.of(arguments),
            LimitOptions.ofRun(arguments),
            arguments.flag("--interactive"));
    ExitStatus status;
    // What others have left is in nobody's way: it goes while the container runs.
    try (Beside sweeping = wiring.beginSweeping()) {
      if (arguments.flag("--rm")) {
        try (WorkDirs.WorkDir place = wiring.workDirs().create()) {
          status = run(wiring, spec, place.path(), id, signals);
        }
      } else {
        String name = arguments.text("--name", id);
        try (ContainerStore.Running running =
            wiring.containers().create(id, name, operands.get(0), image.descriptor().digest())) {
          status = run(wiring, spec, running.place(), id, signals);
          running.ended(status.shellCode());
        }
      }
    }
    if (!(status instanceof ExitStatus.Exited)) {
      wiring.console().say("jbuild: " + String.join(" ", spec.argv()) + ": " + status.inWords());
    }
    return status.shellCode();
  }

  private static ExitStatus run(
      Wiring wiring, ContainerSpec spec, Path place, String id, SignalForwarder signals)
      throws Exception {
    ContainerRunner runner =
        new ContainerRunner(
            wiring.syscalls(),
            wiring.sandbox(),
            wiring.snapshotter(),
            wiring.indexes(),
            wiring.seccompFilter());
    wiring.console().flush();
    signals.await();
    // When this process is killed, the next command finds the control group by its owner.
    String group = wiring.dataRoot().owner().prefix() + id;
    return runner.run(spec, place, group, signals);
  }

  /** An empty {@code --entrypoint} takes the image's away, as docker's does. */
  private static @Nullable List<String> entrypoint(@Nullable String option) {
    if (option == null) {
      return null;
    }
    return option.isEmpty() ? List.of() : List.of(option);
  }

  private static List<String> env(Arguments arguments, Wiring wiring) throws UsageException {
    List<String> env = new ArrayList<>();
    List<String> given = arguments.list("--env");
    for (String variable : given) {
      if (variable.indexOf('=') > 0) {
        env.add(variable);
      } else if (variable.isEmpty() || variable.startsWith("=")) {
        throw new UsageException("-e " + variable + ": not of the form NAME=VALUE");
      } else {
        String value = wiring.console().environment().get(variable);
        if (value != null) {
          env.add(variable + "=" + value);
        }
      }
    }
    return env;
  }

  private static List<ContainerSpec.Volume> volumes(Arguments arguments) throws UsageException {
    List<ContainerSpec.Volume> volumes = new ArrayList<>();
    List<String> given = arguments.list("--volume");
    for (String volume : given) {
      String[] parts = volume.split(":", -1);
      boolean hasMode = parts.length == 3;
      if ((parts.length != 2 && !hasMode)
          || parts[0].isEmpty()
          || !parts[1].startsWith("/")
          || (hasMode && !parts[2].equals("ro") && !parts[2].equals("rw"))) {
        throw new UsageException(
            "-v " + volume + ": not of the form SOURCE:/TARGET[:ro] (a path of the host first)");
      }
      volumes.add(
          new ContainerSpec.Volume(
              Path.of(parts[0]).toAbsolutePath().normalize(),
              BytePath.parse(parts[1]),
              hasMode && parts[2].equals("ro")));
    }
    return volumes;
  }

  private static String randomId() {
    byte[] bytes = new byte[ID_BYTES];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
