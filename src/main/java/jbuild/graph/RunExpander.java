package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.CommandLine;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Heredoc;
import jbuild.buildfile.Instruction;
import org.jspecify.annotations.Nullable;

/**
 * RUN: nothing in the command is expanded here, the shell sees the variables as its environment;
 * only flags are.
 */
final class RunExpander {
  /** Where BuildKit puts a script (convert.go, dispatchRun). */
  private static final String SCRIPTS = "/dev/pipes/";

  private final BuildGraph graph;
  private final StageScope scope;
  private final WordExpander words;

  RunExpander(BuildGraph graph, StageScope scope, WordExpander words) {
    this.graph = graph;
    this.scope = scope;
    this.words = words;
  }

  Operation expand(Vertex vertex, Instruction.Run run) throws BuildfileException {
    InlineFile script = script(run);
    List<String> argv = argv(run, script);
    Map<String, String> environment = scope.runEnvironment();
    String history = "RUN " + scope.historyArguments() + String.join(" ", argv) + " # buildkit";
    return new Operation.RunOp(
        vertex,
        argv,
        ExpandedStage.lines(environment),
        ProxyArgs.environment(graph.request().buildArgs(), environment),
        scope.workdir(),
        scope.user(),
        network(run),
        script,
        mounts(vertex, run),
        new RunFlagExpander(graph.buildfile(), words).expand(run.origin()),
        history);
  }

  private List<String> argv(Instruction.Run run, @Nullable InlineFile script) {
    if (run.command() instanceof CommandLine.Exec exec) {
      return exec.argv();
    }
    if (script != null) {
      return scope.withShell(SCRIPTS + script.name());
    }
    String text = ((CommandLine.Shell) run.command()).text();
    if (run.heredocs().isEmpty()) {
      return scope.withShell(text);
    }
    if (run.isLoneHeredoc()) {
      // The document is the command, so that it also works in shells without here-documents.
      return scope.withShell(run.heredocs().get(0).body());
    }
    StringBuilder whole = new StringBuilder(text);
    for (Heredoc document : run.heredocs()) {
      whole.append('\n').append(document.content()).append(document.name());
    }
    return scope.withShell(whole.toString());
  }

  /** A lone document that says itself who runs it. */
  private static @Nullable InlineFile script(Instruction.Run run) {
    if (!run.isLoneHeredoc() || !run.heredocs().get(0).body().startsWith("#!")) {
      return null;
    }
    Heredoc document = run.heredocs().get(0);
    return new InlineFile(document.name(), document.body());
  }

  private static Operation.Network network(Instruction.Run run) {
    Flag flag = run.origin().flag("network");
    String mode = flag == null ? null : flag.value();
    return mode == null
        ? Operation.Network.DEFAULT
        : Operation.Network.valueOf(mode.toUpperCase(Locale.ROOT));
  }

  private List<RunMount> mounts(Vertex vertex, Instruction.Run run) throws BuildfileException {
    List<RunMount> mounts = new ArrayList<>();
    int agents = 0;
    for (Flag flag : run.origin().flags()) {
      if (flag.name().equals("mount")) {
        InputRef from = vertex.mounted().get(mounts.size());
        RunMount mount = MountExpander.expand(graph.buildfile(), flag, from, scope, words, agents);
        agents += mount instanceof RunMount.Ssh ? 1 : 0;
        mounts.add(mount);
      }
    }
    return mounts;
  }
}
