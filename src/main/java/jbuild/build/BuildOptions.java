package jbuild.build;

import java.util.List;
import java.util.Map;
import jbuild.buildfile.Buildfile;
import jbuild.cgroup.ResourceLimits;
import jbuild.graph.BuildRequest;
import jbuild.sandbox.NetworkMode;

/**
 * One build.
 *
 * @param request what the file is planned with
 * @param context where COPY reads from
 * @param contexts those of {@code --build-context}, as they were written, by their {@link
 *     jbuild.graph.ContextName}
 * @param noCache whether every step is executed; the results are kept for later builds
 * @param network of RUN steps that do not say
 * @param limits of each RUN step
 * @param names to give to the image
 * @param pull whether bases are asked for elsewhere
 */
public record BuildOptions(
    Buildfile buildfile,
    BuildRequest request,
    BuildContext context,
    Map<String, String> contexts,
    boolean noCache,
    NetworkMode network,
    ResourceLimits limits,
    List<String> names,
    ImageAdditions additions,
    PullPolicy pull) {
  public BuildOptions {
    contexts = Map.copyOf(contexts);
    names = List.copyOf(names);
  }
}
