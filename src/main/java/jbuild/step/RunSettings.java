package jbuild.step;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.sandbox.Rlimit;
import jbuild.sandbox.SandboxSpec;
import jbuild.secret.Secrets;

/**
 * What the command line gives to all RUN steps of a build.
 *
 * @param agents sockets of SSH agents by their IDs
 * @param entitlements what was allowed with {@code --allow}
 * @param hosts lines for hosts(5)
 * @param shmBytes size of /dev/shm
 * @param allowSecretLeak whether a layer may hold the value of a secret
 */
public record RunSettings(
    Secrets secrets,
    Map<String, Path> agents,
    Set<String> entitlements,
    List<String> hosts,
    long shmBytes,
    List<Rlimit> rlimits,
    boolean allowSecretLeak) {
  /** The entitlement that {@code --security=insecure} needs. */
  public static final String INSECURE = "security.insecure";

  public static final RunSettings NONE =
      new RunSettings(
          Secrets.NONE, Map.of(), Set.of(), List.of(), SandboxSpec.DEFAULT_SHM, List.of(), false);

  public RunSettings {
    agents = Map.copyOf(agents);
    entitlements = Set.copyOf(entitlements);
    hosts = List.copyOf(hosts);
    rlimits = List.copyOf(rlimits);
  }
}
