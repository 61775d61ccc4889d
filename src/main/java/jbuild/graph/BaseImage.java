package jbuild.graph;

import java.util.List;

/**
 * What a stage takes over from the configuration of the image that it starts from.
 *
 * @param environment {@code NAME=value}
 * @param workdir absolute, or empty
 * @param shell empty for the default
 * @param onBuild the triggers
 */
public record BaseImage(
    List<String> environment,
    String workdir,
    String user,
    List<String> shell,
    List<String> onBuild) {
  public BaseImage {
    environment = List.copyOf(environment);
    shell = List.copyOf(shell);
    onBuild = List.copyOf(onBuild);
  }

  /** {@code FROM scratch}. */
  public static BaseImage empty() {
    return new BaseImage(List.of(), "", "", List.of(), List.of());
  }
}
