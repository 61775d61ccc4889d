package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jbuild.buildfile.CommandLine;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Heredoc;
import jbuild.buildfile.Instruction;
import org.jspecify.annotations.Nullable;

/** RUN: nothing in it is expanded here, the shell sees the variables as its environment. */
final class RunExpander {
  /** Where BuildKit puts a script (convert.go, dispatchRun). */
  private static final String SCRIPTS = "/dev/pipes/";

  private final BuildRequest request;
  private final StageScope scope;

  RunExpander(BuildRequest request, StageScope scope) {
    this.request = request;
    this.scope = scope;
  }

  Operation expand(Vertex vertex, Instruction.Run run) {
    InlineFile script = script(run);
    List<String> argv = argv(run, script);
    Map<String, String> environment = scope.runEnvironment();
    String history = "RUN " + scope.historyArguments() + String.join(" ", argv) + " # buildkit";
    return new Operation.RunOp(
        vertex,
        argv,
        ExpandedStage.lines(environment),
        ProxyArgs.environment(request.buildArgs(), environment),
        scope.workdir(),
        scope.user(),
        network(run),
        script,
        mounts(run),
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

  private static List<Flag> mounts(Instruction.Run run) {
    List<Flag> mounts = new ArrayList<>();
    for (Flag flag : run.origin().flags()) {
      if (flag.name().equals("mount")) {
        mounts.add(flag);
      }
    }
    return mounts;
  }
}
