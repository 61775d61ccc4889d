package jbuild.step;

import java.util.List;
import jbuild.cgroup.ResourceLimits;
import jbuild.graph.InlineFile;
import jbuild.oci.Platform;
import jbuild.sandbox.NetworkMode;
import org.jspecify.annotations.Nullable;

/**
 * What a RUN asks for, with everything decided.
 *
 * @param argv the program and its arguments; the shell and its command line in shell form
 * @param env {@code NAME=VALUE}, all of it
 * @param workingDir absolute
 * @param user as in USER; empty for root
 * @param platform of the image
 * @param proxyEnv variables that are set as well but do not count for the cache
 * @param script is there as {@code /dev/pipes/NAME} while the command runs
 */
public record RunRequest(
    List<String> argv,
    List<String> env,
    String workingDir,
    String user,
    NetworkMode network,
    ResourceLimits limits,
    Platform platform,
    List<String> proxyEnv,
    @Nullable InlineFile script) {

  public RunRequest {
    argv = List.copyOf(argv);
    env = List.copyOf(env);
    proxyEnv = List.copyOf(proxyEnv);
  }

  /** What the result depends on beside the file system below. */
  public CacheKey.Builder key() {
    CacheKey.Builder key =
        CacheKey.of("run")
            .withAll("argv", argv)
            .withAll("env", env)
            .with("cwd", workingDir)
            .with("user", user)
            .with("network", network.name());
    return script == null ? key : key.with("script", script.content());
  }
}
