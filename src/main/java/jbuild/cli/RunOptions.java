package jbuild.cli;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;
import jbuild.sandbox.SandboxSpec;
import jbuild.secret.Secrets;
import jbuild.step.RunSettings;

/** What a build gives to its RUN steps: secrets, agents, rights, hosts and limits. */
final class RunOptions {
  private static final Set<String> ENTITLEMENTS = Set.of(RunSettings.INSECURE, "network.host");

  private RunOptions() {}

  static List<OptionSpec> options() {
    return List.of(
        OptionSpec.list(
            "id=ID[,src=FILE|,env=VARIABLE]",
            "A value for RUN --mount=type=secret, from a file or a variable; never in the image.",
            "--secret"),
        OptionSpec.list(
            "default|ID[=SOCKET]",
            "An SSH agent for RUN --mount=type=ssh (default: the one of SSH_AUTH_SOCK).",
            "--ssh"),
        OptionSpec.list(
            "ENTITLEMENT", "Rights that RUN steps may ask for: security.insecure.", "--allow"),
        OptionSpec.flag(
            "Let a layer hold the value of a secret instead of failing.", "--allow-secret-leak"),
        OptionSpec.list(
            "NAME:IP",
            "A line for /etc/hosts of each RUN; host-gateway is this machine.",
            "--add-host"),
        OptionSpec.value("BYTES", "Size of /dev/shm in each RUN (default: 64m).", "--shm-size"),
        OptionSpec.list(
            "NAME=SOFT[:HARD]", "A limit of each RUN, such as nofile=1024:4096.", "--ulimit"));
  }

  static RunSettings of(Arguments arguments, Console console) throws UsageException, IOException {
    Map<String, String> environment = console.environment();
    Secrets secrets = SecretOption.read(arguments.list("--secret"), environment);
    boolean allowLeak = arguments.flag("--allow-secret-leak");
    if (!allowLeak) {
      for (String id : secrets.tooShort()) {
        console.say(
            "note: secret " + id + " is shorter than 8 bytes: layers are not searched for it");
      }
    }
    String shm = arguments.text("--shm-size");
    return new RunSettings(
        secrets,
        SshOption.read(arguments.list("--ssh"), environment),
        entitlements(arguments.list("--allow")),
        HostOption.lines(arguments.list("--add-host")),
        shm == null ? SandboxSpec.DEFAULT_SHM : Amounts.parseBytes("--shm-size", shm),
        UlimitOption.read(arguments.list("--ulimit")),
        allowLeak);
  }

  /** Network of the host is what every RUN has by default, so to allow it changes nothing. */
  private static Set<String> entitlements(List<String> given) throws UsageException {
    Set<String> allowed = new LinkedHashSet<>();
    for (String list : given) {
      for (String name : list.split(",", -1)) {
        if (!ENTITLEMENTS.contains(name)) {
          throw new UsageException(
              "--allow " + name + ": unknown (use " + RunSettings.INSECURE + " or network.host)");
        }
        allowed.add(name);
      }
    }
    return allowed;
  }
}
