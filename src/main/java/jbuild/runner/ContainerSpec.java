package jbuild.runner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.cgroup.ResourceLimits;
import jbuild.io.BytePath;
import jbuild.oci.Digest;
import jbuild.oci.Platform;
import jbuild.oci.RuntimeConfig;
import jbuild.sandbox.NetworkMode;
import org.jspecify.annotations.Nullable;

/**
 * What a container is started with.
 *
 * @param diffIds the image's layers, bottom first
 * @param platform the image's
 * @param config the image's own wishes
 * @param entrypoint instead of the image's; then the image's CMD does not count
 * @param command instead of the image's CMD; empty for that
 * @param env {@code NAME=VALUE}, after the image's
 * @param workingDir instead of the image's
 * @param user instead of the image's
 * @param interactive whether standard input is passed on
 */
public record ContainerSpec(
    List<Digest> diffIds,
    Platform platform,
    RuntimeConfig config,
    @Nullable List<String> entrypoint,
    List<String> command,
    List<String> env,
    @Nullable String workingDir,
    @Nullable String user,
    List<Volume> volumes,
    boolean readOnlyRoot,
    String hostname,
    NetworkMode network,
    ResourceLimits limits,
    boolean interactive) {

  /** {@code -v}: something of the host inside. */
  public record Volume(Path source, BytePath target, boolean readOnly) {}

  public ContainerSpec {
    diffIds = List.copyOf(diffIds);
    command = List.copyOf(command);
    env = List.copyOf(env);
    volumes = List.copyOf(volumes);
  }

  /** ENTRYPOINT and CMD together, as image-spec conversion.md joins them; perhaps empty. */
  public List<String> argv() {
    List<String> argv = new ArrayList<>(entrypoint == null ? config.entrypoint() : entrypoint);
    if (!command.isEmpty()) {
      argv.addAll(command);
    } else if (entrypoint == null) {
      argv.addAll(config.cmd());
    }
    return argv;
  }
}
