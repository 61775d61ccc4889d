package jbuild.step;

import java.util.List;
import jbuild.cgroup.ResourceLimits;
import jbuild.graph.InlineFile;
import jbuild.graph.RunFlags;
import jbuild.graph.RunMount;
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
 * @param mounted digests of what {@link jbuild.graph.RunMount.Bind} and {@link
 *     jbuild.graph.RunMount.Cache} take from elsewhere, in the order of {@code mounts}; empty texts
 *     for the others
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
    @Nullable InlineFile script,
    List<RunMount> mounts,
    List<String> mounted,
    RunFlags flags,
    RunSettings settings) {

  public RunRequest {
    argv = List.copyOf(argv);
    env = List.copyOf(env);
    proxyEnv = List.copyOf(proxyEnv);
    mounts = List.copyOf(mounts);
    mounted = List.copyOf(mounted);
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
    if (script != null) {
      key.with("script", script.content());
    }
    for (int i = 0; i < mounts.size(); i++) {
      key.with("mount[" + i + "]", mounts.get(i).key());
      if (!mounted.get(i).isEmpty()) {
        key.with("mounted[" + i + "]", mounted.get(i));
      }
    }
    if (flags.insecure()) {
      key.with("security", "insecure");
    }
    return key.withAll("host", settings.hosts());
  }
}
