package jbuild.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.Instruction;
import org.jspecify.annotations.Nullable;

/** What instructions of a stage see and change: variables, directory, user and shell. */
final class StageScope {
  /** docker's and BuildKit's default (util/system/path.go). */
  static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  private final Map<String, String> environment = new LinkedHashMap<>();

  /** Values of ARGs that have one. */
  private final Map<String, String> arguments = new LinkedHashMap<>();

  /** All ARGs in the order of their first declaration; the value null for those without one. */
  private final Map<String, @Nullable String> declared = new LinkedHashMap<>();

  /** What UNSET can take away beside variables. */
  private final Map<Instruction.Unset.Kind, Set<String>> names =
      new EnumMap<>(Instruction.Unset.Kind.class);

  private String workdir = "/";
  private String user = "";
  private List<String> shell = DEFAULT_SHELL;
  private boolean strict;

  static StageScope of(BaseImage base) {
    StageScope scope = new StageScope();
    for (String entry : base.environment()) {
      int equals = entry.indexOf('=');
      String name = equals < 0 ? entry : entry.substring(0, equals);
      scope.environment.put(name, equals < 0 ? "" : entry.substring(equals + 1));
    }
    scope.environment.putIfAbsent("PATH", DEFAULT_PATH);
    scope.set(Instruction.Unset.Kind.LABEL, base.labels());
    scope.set(Instruction.Unset.Kind.VOLUME, base.volumes());
    scope.set(Instruction.Unset.Kind.EXPOSE, base.ports());
    scope.enter(base.workdir());
    scope.user = base.user();
    if (!base.shell().isEmpty()) {
      scope.shell = base.shell();
    }
    return scope;
  }

  /** Reference, "Scope": a stage built on a stage inherits its ARGs as well. */
  StageScope copy() {
    StageScope scope = new StageScope();
    scope.environment.putAll(environment);
    scope.arguments.putAll(arguments);
    scope.declared.putAll(declared);
    names.forEach(scope::set);
    scope.workdir = workdir;
    scope.user = user;
    scope.shell = shell;
    return scope;
  }

  /** Reference, "Using ARG variables": ENV wins over an ARG of that name, wherever it stands. */
  @Nullable String get(String name) {
    String value = environment.get(name);
    return value != null ? value : arguments.get(name);
  }

  /** The names that have a value. */
  List<String> variables() {
    List<String> names = new ArrayList<>(environment.keySet());
    names.addAll(arguments.keySet());
    return names;
  }

  void setEnvironment(Map<String, String> variables) {
    environment.putAll(variables);
  }

  /** Notes that something has these names now. */
  void set(Instruction.Unset.Kind kind, Collection<String> added) {
    names.computeIfAbsent(kind, key -> new TreeSet<>()).addAll(added);
  }

  /** The names that are set. */
  Set<String> names(Instruction.Unset.Kind kind) {
    return kind == Instruction.Unset.Kind.ENV
        ? environment.keySet()
        : names.getOrDefault(kind, Set.of());
  }

  /** Takes a name away; false if it was not there. */
  boolean unset(Instruction.Unset.Kind kind, String name) {
    return kind == Instruction.Unset.Kind.ENV
        ? environment.remove(name) != null
        : names.computeIfAbsent(kind, key -> new TreeSet<>()).remove(name);
  }

  void declare(String name, @Nullable String value) {
    if (value != null) {
      arguments.put(name, value);
      declared.put(name, value);
    } else if (!declared.containsKey(name)) {
      declared.put(name, null);
    }
  }

  Map<String, String> environment() {
    return environment;
  }

  /** What a RUN gets: the image's environment, then the ARGs that it does not hide. */
  Map<String, String> runEnvironment() {
    Map<String, String> all = new LinkedHashMap<>(environment);
    for (Map.Entry<String, String> argument : arguments.entrySet()) {
      all.putIfAbsent(argument.getKey(), argument.getValue());
    }
    return all;
  }

  /** {@code |2 A=1 B=2 } before the command in the history of a RUN; empty without ARGs. */
  String historyArguments() {
    if (declared.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("|").append(declared.size()).append(' ');
    for (String name : declared.keySet()) {
      String value = get(name);
      text.append(name).append('=').append(value == null ? "" : value).append(' ');
    }
    return text.toString();
  }

  /** Changes the directory; a relative path starts from the present one. */
  void enter(String path) {
    workdir = CleanPath.join(workdir, path);
  }

  String workdir() {
    return workdir;
  }

  String user() {
    return user;
  }

  void setUser(String user) {
    this.user = user;
  }

  void setShell(List<String> shell) {
    this.shell = List.copyOf(shell);
  }

  /** From here on a RUN in shell form stops at its first failure. */
  void runStrictly() {
    strict = true;
  }

  /** The arguments of a RUN in shell form. */
  List<String> withShell(String command) {
    return strict ? StrictShell.command(shell, command) : containerCommand(command);
  }

  /** The arguments of a command for containers in shell form. */
  List<String> containerCommand(String command) {
    List<String> argv = new ArrayList<>(shell);
    argv.add(command);
    return argv;
  }
}
