package jbuild.check;

import java.util.Map;
import jbuild.buildfile.IgnoreRules;
import jbuild.graph.PlatformName;
import org.jspecify.annotations.Nullable;

/**
 * What is to be checked besides the file.
 *
 * @param target checks the stages that this one needs; null checks all
 * @param ignoreFile the name of the ignore file, empty without one
 * @param dockerfile whether other builders shall understand the file
 */
public record CheckRequest(
    Map<String, String> buildArgs,
    @Nullable String target,
    PlatformName platform,
    IgnoreRules ignore,
    String ignoreFile,
    KnownImages images,
    boolean dockerfile) {
  public CheckRequest {
    buildArgs = Map.copyOf(buildArgs);
  }
}
