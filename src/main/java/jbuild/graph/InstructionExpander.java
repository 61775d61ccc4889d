package jbuild.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.CommandLine;
import jbuild.buildfile.ExpansionBudget;
import jbuild.buildfile.GoText;
import jbuild.buildfile.Healthcheck;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.Suggestion;
import jbuild.buildfile.SyntaxException;
import jbuild.buildfile.Warning;
import jbuild.buildfile.Word;
import org.jspecify.annotations.Nullable;

/** One method an instruction; each sees what the earlier ones of the stage have set. */
final class InstructionExpander implements Instruction.Visitor<Operation, BuildfileException> {
  /** limits.h(0p); each line of a hostile file could make the path longer. */
  private static final int PATH_MAX = 4096;

  /** The characters that a port takes of the budget: ranges are short and may be repeated. */
  private static final long PORT_LENGTH = 16;

  private final BuildGraph graph;
  private final Buildfile buildfile;
  private final ExpansionBudget budget;
  private final StageScope scope;
  private final WordExpander words;
  private final TransferExpander transfers;
  private final RunExpander runs;
  private final UnsetExpander unsets;
  private @Nullable Vertex current;
  private boolean cmdSeen;

  /**
   * @param warnings gets what is found on the way
   */
  InstructionExpander(
      BuildGraph graph, ExpansionBudget budget, StageScope scope, List<Warning> warnings) {
    this.graph = graph;
    this.buildfile = graph.buildfile();
    this.scope = scope;
    this.budget = budget;
    this.words = new WordExpander(buildfile, budget, scope::get, this::hint);
    this.transfers = new TransferExpander(buildfile, scope, words);
    this.runs = new RunExpander(graph, scope, words);
    this.unsets = new UnsetExpander(buildfile, scope, words, warnings);
  }

  /** What helps with a variable that is not set here: a nearby name, or the global ARG of it. */
  private @Nullable String hint(String variable) {
    return graph.globals().containsKey(variable)
        ? "ARG " + variable + " in the stage brings the global one in"
        : Suggestion.hint(variable, scope.variables());
  }

  Operation expand(Vertex vertex) throws BuildfileException {
    current = vertex;
    return vertex.instruction().accept(this);
  }

  private Vertex vertex() {
    Vertex vertex = current;
    if (vertex == null) {
      throw new IllegalStateException("visited without a vertex");
    }
    return vertex;
  }

  @Override
  public Operation visit(Instruction.From from) {
    throw new IllegalStateException("FROM inside a stage");
  }

  @Override
  public Operation visit(Instruction.Arg arg) throws BuildfileException {
    StringBuilder history = new StringBuilder("ARG");
    for (Instruction.Definition definition : arg.definitions()) {
      String name = definition.name().text();
      String value = value(name, definition.value());
      scope.declare(name, value);
      history.append(' ').append(name);
      if (value != null) {
        history.append('=').append(value);
      }
    }
    return new Operation.ArgOp(vertex(), history.toString());
  }

  /** Reference, "ARG": the build argument, else the default, else the global ARG of that name. */
  private @Nullable String value(String name, @Nullable Word defaultValue)
      throws BuildfileException {
    String given = graph.request().buildArgs().get(name);
    if (given != null) {
      return given;
    }
    return defaultValue != null ? words.expand(defaultValue) : graph.globals().get(name);
  }

  @Override
  public Operation visit(Instruction.Env env) throws BuildfileException {
    StringBuilder history = new StringBuilder("ENV");
    Map<String, String> variables = pairs(env.pairs(), history);
    scope.setEnvironment(variables);
    return new Operation.EnvOp(vertex(), variables, history.toString());
  }

  @Override
  public Operation visit(Instruction.Label label) throws BuildfileException {
    StringBuilder history = new StringBuilder("LABEL");
    Map<String, String> labels = pairs(label.pairs(), history);
    scope.set(Instruction.Unset.Kind.LABEL, labels.keySet());
    return new Operation.LabelOp(vertex(), labels, history.toString());
  }

  /**
   * All pairs are expanded before the first takes effect (reference, "Environment replacement").
   */
  private Map<String, String> pairs(List<Instruction.Pair> pairs, StringBuilder history)
      throws BuildfileException {
    Map<String, String> expanded = new LinkedHashMap<>();
    for (Instruction.Pair pair : pairs) {
      String name = words.expand(pair.name());
      if (name.isEmpty()) {
        throw buildfile.error(pair.name().range(), "name is empty after expansion");
      }
      String value = words.expand(pair.value());
      expanded.put(name, value);
      history.append(' ').append(name).append('=').append(value);
    }
    return Collections.unmodifiableMap(expanded);
  }

  @Override
  public Operation visit(Instruction.Maintainer maintainer) {
    String name = maintainer.name().text();
    return new Operation.MaintainerOp(vertex(), name, "MAINTAINER " + name);
  }

  @Override
  public Operation visit(Instruction.Run run) throws BuildfileException {
    return runs.expand(vertex(), run);
  }

  @Override
  public Operation visit(Instruction.Copy copy) throws BuildfileException {
    return transfers.expand(vertex(), copy.transfer(), false);
  }

  @Override
  public Operation visit(Instruction.Add add) throws BuildfileException {
    return transfers.expand(vertex(), add.transfer(), true);
  }

  @Override
  public Operation visit(Instruction.Cmd cmd) {
    cmdSeen = true;
    List<String> argv = argv(cmd.command());
    return new Operation.CmdOp(vertex(), argv, "CMD " + GoText.quote(argv));
  }

  @Override
  public Operation visit(Instruction.Entrypoint entrypoint) {
    List<String> argv = argv(entrypoint.command());
    return new Operation.EntrypointOp(vertex(), argv, !cmdSeen, "ENTRYPOINT " + GoText.quote(argv));
  }

  private List<String> argv(CommandLine command) {
    if (command instanceof CommandLine.Shell shell) {
      return scope.containerCommand(shell.text());
    }
    return ((CommandLine.Exec) command).argv();
  }

  @Override
  public Operation visit(Instruction.Expose expose) throws BuildfileException {
    List<String> ports = new ArrayList<>();
    for (Word word : sorted(expose.ports())) {
      List<String> split = words.split(word);
      if (split.isEmpty() && word.text().indexOf('$') < 0) {
        throw buildfile.error(word.range(), "EXPOSE with an empty port");
      }
      for (String port : split) {
        try {
          List<String> more = PortSpecs.parse(port);
          budget.spend(more.size() * PORT_LENGTH);
          ports.addAll(more);
        } catch (SyntaxException e) {
          throw buildfile.error(word.range(), String.valueOf(e.getMessage()));
        }
      }
    }
    scope.set(Instruction.Unset.Kind.EXPOSE, ports);
    return new Operation.ExposeOp(vertex(), List.copyOf(ports), "EXPOSE " + GoText.list(ports));
  }

  /** BuildKit sorts the words before it expands them; only the history shows it. */
  private static List<Word> sorted(List<Word> ports) {
    List<Word> sorted = new ArrayList<>(ports);
    sorted.sort((a, b) -> a.text().compareTo(b.text()));
    return sorted;
  }

  @Override
  public Operation visit(Instruction.Volume volume) throws BuildfileException {
    List<String> paths = words.expandAll(volume.paths());
    int empty = paths.indexOf("");
    if (empty >= 0) {
      throw buildfile.error(volume.paths().get(empty).range(), "VOLUME is empty after expansion");
    }
    scope.set(Instruction.Unset.Kind.VOLUME, paths);
    return new Operation.VolumeOp(vertex(), List.copyOf(paths), "VOLUME " + GoText.list(paths));
  }

  @Override
  public Operation visit(Instruction.User user) throws BuildfileException {
    String name = words.expand(user.user());
    scope.setUser(name);
    return new Operation.UserOp(vertex(), name, "USER " + name);
  }

  @Override
  public Operation visit(Instruction.Workdir workdir) throws BuildfileException {
    scope.enter(words.expand(workdir.path()));
    if (scope.workdir().length() > PATH_MAX) {
      throw buildfile.error(workdir.path().range(), "path is longer than " + PATH_MAX + " bytes");
    }
    return new Operation.WorkdirOp(
        vertex(), scope.workdir(), scope.user(), "WORKDIR " + scope.workdir());
  }

  @Override
  public Operation visit(Instruction.StopSignal stopSignal) throws BuildfileException {
    String signal = words.expand(stopSignal.signal());
    if (!SignalNames.isSignal(signal)) {
      throw buildfile.error(
          stopSignal.signal().range(), "unknown signal: " + signal, SignalNames.near(signal));
    }
    return new Operation.StopSignalOp(vertex(), signal, "STOPSIGNAL " + signal);
  }

  @Override
  public Operation visit(Instruction.Shell shell) {
    scope.setShell(shell.argv());
    return new Operation.ShellOp(vertex(), shell.argv(), "SHELL " + GoText.list(shell.argv()));
  }

  @Override
  public Operation visit(Instruction.HealthcheckInstruction healthcheck) {
    Healthcheck check = healthcheck.healthcheck();
    String history =
        "HEALTHCHECK {Test:"
            + GoText.list(check.test())
            + " Interval:"
            + GoText.duration(check.interval())
            + " Timeout:"
            + GoText.duration(check.timeout())
            + " StartPeriod:"
            + GoText.duration(check.startPeriod())
            + " StartInterval:"
            + GoText.duration(check.startInterval())
            + " Retries:"
            + check.retries()
            + "}";
    return new Operation.HealthcheckOp(vertex(), check, history);
  }

  @Override
  public Operation visit(Instruction.Unset unset) throws BuildfileException {
    return unsets.expand(vertex(), unset);
  }

  @Override
  public Operation visit(Instruction.Onbuild onbuild) {
    return new Operation.OnbuildOp(vertex(), onbuild.expression());
  }
}
