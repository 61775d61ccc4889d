package jbuild.build;

import java.nio.file.Path;
import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.IgnoreRules;
import jbuild.cgroup.ResourceLimits;
import jbuild.graph.BuildRequest;
import jbuild.sandbox.NetworkMode;
import jbuild.step.RunSettings;

/**
 * One build.
 *
 * @param request what the file is planned with
 * @param context the directory COPY reads from
 * @param ignoreRules what of it is not there
 * @param ignoreFile where the rules come from, for messages
 * @param noCache whether every step is executed; the results are kept for later builds
 * @param network of RUN steps that do not say
 * @param limits of each RUN step
 * @param runs what else RUN steps get
 * @param names to give to the image
 */
public record BuildOptions(
    Buildfile buildfile,
    BuildRequest request,
    Path context,
    IgnoreRules ignoreRules,
    String ignoreFile,
    boolean noCache,
    NetworkMode network,
    ResourceLimits limits,
    RunSettings runs,
    List<String> names) {
  public BuildOptions {
    names = List.copyOf(names);
  }
}
