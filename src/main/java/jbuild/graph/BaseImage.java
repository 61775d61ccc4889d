package jbuild.graph;

import java.util.List;
import java.util.Set;

/**
 * What a stage takes over from the configuration of the image that it starts from.
 *
 * @param environment {@code NAME=value}
 * @param workdir absolute, or empty
 * @param shell empty for the default
 * @param labels names of labels
 * @param volumes paths
 * @param ports as {@code 80/tcp}
 */
public record BaseImage(
    List<String> environment,
    String workdir,
    String user,
    List<String> shell,
    Set<String> labels,
    Set<String> volumes,
    Set<String> ports) {
  public BaseImage {
    environment = List.copyOf(environment);
    shell = List.copyOf(shell);
    labels = Set.copyOf(labels);
    volumes = Set.copyOf(volumes);
    ports = Set.copyOf(ports);
  }

  /** {@code FROM scratch}. */
  public static BaseImage empty() {
    return new BaseImage(List.of(), "", "", List.of(), Set.of(), Set.of(), Set.of());
  }
}
