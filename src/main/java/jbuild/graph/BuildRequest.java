package jbuild.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for besides the file.
 *
 * @param buildArgs {@code --build-arg}, in the order given
 * @param target the stage to build by name or number, or null for the last one
 * @param platform of this machine
 * @param targetPlatform what is built for
 */
public record BuildRequest(
    Map<String, String> buildArgs,
    @Nullable String target,
    PlatformName platform,
    PlatformName targetPlatform) {
  public BuildRequest {
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
  }

  /** For this machine. */
  public BuildRequest(
      Map<String, String> buildArgs, @Nullable String target, PlatformName platform) {
    this(buildArgs, target, platform, platform);
  }
}
