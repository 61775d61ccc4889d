package jbuild.graph;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.BuildfileParser;

/** Short ways from text to a graph and to the operations of its target. */
final class Builds {
  static final PlatformName HERE = new PlatformName("linux", "amd64", "");

  private Builds() {}

  static BuildGraph plan(String target, Map<String, String> buildArgs, String... lines)
      throws BuildfileException {
    byte[] text = String.join("\n", lines).getBytes(UTF_8);
    BuildRequest request = new BuildRequest(buildArgs, target, HERE);
    return Planner.plan(BuildfileParser.parse("Buildfile", text), request);
  }

  static BuildGraph plan(String... lines) throws BuildfileException {
    return plan(null, Map.of(), lines);
  }

  static BaseImage image(
      List<String> environment, String workdir, String user, List<String> shell) {
    return new BaseImage(
        environment, workdir, user, shell, Set.of("from.base"), Set.of("/vol"), Set.of("80/tcp"));
  }

  /** All stages expanded; images are empty. */
  static List<Operation> operations(BuildGraph graph) throws BuildfileException {
    return operations(graph, BaseImage.empty());
  }

  static List<Operation> operations(BuildGraph graph, BaseImage image) throws BuildfileException {
    return expanded(graph, image).operations();
  }

  static ExpandedStage expanded(BuildGraph graph, BaseImage image) throws BuildfileException {
    StageExpander expander = new StageExpander(graph);
    Map<Integer, ExpandedStage> done = new HashMap<>();
    for (PlannedStage stage : graph.stages()) {
      done.put(
          stage.index(),
          stage.base() instanceof InputRef.FromStage base
              ? expander.expand(stage, done.get(base.index()))
              : expander.expand(stage, image));
    }
    return done.get(graph.target().index());
  }

  static List<Operation> operations(String... lines) throws BuildfileException {
    return operations(plan(lines));
  }

  static <T> T last(List<? super T> operations, Class<T> type) {
    return type.cast(operations.get(operations.size() - 1));
  }

  /** The environment of the last operation, a RUN, without PATH. */
  static Map<String, String> runEnvironment(List<Operation> operations) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String line : last(operations, Operation.RunOp.class).environment()) {
      int equals = line.indexOf('=');
      environment.put(line.substring(0, equals), line.substring(equals + 1));
    }
    environment.remove("PATH");
    return environment;
  }
}
