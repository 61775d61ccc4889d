package jbuild.oci;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a container of an image is started (image-spec config.md, "config", and Docker's additions in
 * docker-image-spec v1). Absent texts and lists are empty. Immutable; {@link #edit} makes a changed
 * copy.
 */
public final class RuntimeConfig {
  public static final RuntimeConfig EMPTY = new Builder().build();

  private final String user;
  private final SortedSet<String> exposedPorts;
  private final List<String> env;
  private final List<String> entrypoint;
  private final List<String> cmd;
  private final SortedSet<String> volumes;
  private final String workingDir;
  private final SortedMap<String, String> labels;
  private final String stopSignal;
  private final boolean argsEscaped;
  private final @Nullable Healthcheck healthcheck;
  private final List<String> onBuild;
  private final List<String> shell;
  private final SortedMap<String, String> others;

  private RuntimeConfig(Builder from) {
    user = from.user;
    exposedPorts = Collections.unmodifiableSortedSet(new TreeSet<>(from.exposedPorts));
    env = List.copyOf(from.env);
    entrypoint = List.copyOf(from.entrypoint);
    cmd = List.copyOf(from.cmd);
    volumes = Collections.unmodifiableSortedSet(new TreeSet<>(from.volumes));
    workingDir = from.workingDir;
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(from.labels));
    stopSignal = from.stopSignal;
    argsEscaped = from.argsEscaped;
    healthcheck = from.healthcheck;
    onBuild = List.copyOf(from.onBuild);
    shell = List.copyOf(from.shell);
    others = Collections.unmodifiableSortedMap(new TreeMap<>(from.others));
  }

  public String user() {
    return user;
  }

  /** Such as {@code 80/tcp}. */
  public SortedSet<String> exposedPorts() {
    return exposedPorts;
  }

  /** Each {@code NAME=VALUE}, in the order in which they were set. */
  public List<String> env() {
    return env;
  }

  public List<String> entrypoint() {
    return entrypoint;
  }

  public List<String> cmd() {
    return cmd;
  }

  public SortedSet<String> volumes() {
    return volumes;
  }

  public String workingDir() {
    return workingDir;
  }

  public SortedMap<String, String> labels() {
    return labels;
  }

  public String stopSignal() {
    return stopSignal;
  }

  public boolean argsEscaped() {
    return argsEscaped;
  }

  public @Nullable Healthcheck healthcheck() {
    return healthcheck;
  }

  public List<String> onBuild() {
    return onBuild;
  }

  public List<String> shell() {
    return shell;
  }

  /** Members this program has no use for, as raw JSON by name. */
  public SortedMap<String, String> others() {
    return others;
  }

  public Builder edit() {
    Builder copy = new Builder();
    copy.user = user;
    copy.exposedPorts = exposedPorts;
    copy.env = env;
    copy.entrypoint = entrypoint;
    copy.cmd = cmd;
    copy.volumes = volumes;
    copy.workingDir = workingDir;
    copy.labels = labels;
    copy.stopSignal = stopSignal;
    copy.argsEscaped = argsEscaped;
    copy.healthcheck = healthcheck;
    copy.onBuild = onBuild;
    copy.shell = shell;
    copy.others = others;
    return copy;
  }

  /** The parts of a configuration before they are one. */
  public static final class Builder {
    private String user = "";
    private Set<String> exposedPorts = Set.of();
    private List<String> env = List.of();
    private List<String> entrypoint = List.of();
    private List<String> cmd = List.of();
    private Set<String> volumes = Set.of();
    private String workingDir = "";
    private Map<String, String> labels = Map.of();
    private String stopSignal = "";
    private boolean argsEscaped;
    private @Nullable Healthcheck healthcheck;
    private List<String> onBuild = List.of();
    private List<String> shell = List.of();
    private Map<String, String> others = Map.of();

    public Builder user(String value) {
      user = value;
      return this;
    }

    public Builder exposedPorts(Set<String> value) {
      exposedPorts = value;
      return this;
    }

    public Builder env(List<String> value) {
      env = value;
      return this;
    }

    public Builder entrypoint(List<String> value) {
      entrypoint = value;
      return this;
    }

    public Builder cmd(List<String> value) {
      cmd = value;
      return this;
    }

    public Builder volumes(Set<String> value) {
      volumes = value;
      return this;
    }

    public Builder workingDir(String value) {
      workingDir = value;
      return this;
    }

    public Builder labels(Map<String, String> value) {
      labels = value;
      return this;
    }

    public Builder stopSignal(String value) {
      stopSignal = value;
      return this;
    }

    public Builder argsEscaped(boolean value) {
      argsEscaped = value;
      return this;
    }

    public Builder healthcheck(@Nullable Healthcheck value) {
      healthcheck = value;
      return this;
    }

    public Builder onBuild(List<String> value) {
      onBuild = value;
      return this;
    }

    public Builder shell(List<String> value) {
      shell = value;
      return this;
    }

    Builder others(Map<String, String> value) {
      others = value;
      return this;
    }

    public RuntimeConfig build() {
      return new RuntimeConfig(this);
    }
  }

  static RuntimeConfig read(JsonReader in) throws OciFormatException {
    if (!in.enterObject()) {
      return EMPTY;
    }
    Builder config = new Builder();
    SortedMap<String, String> others = new TreeMap<>();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "User" -> config.user(in.text());
        case "ExposedPorts" -> config.exposedPorts(in.names());
        case "Env" -> config.env(readEnv(in));
        case "Entrypoint" -> config.entrypoint(in.strings());
        case "Cmd" -> config.cmd(in.strings());
        case "Volumes" -> config.volumes(in.names());
        case "WorkingDir" -> config.workingDir(in.text());
        case "Labels" -> config.labels(in.stringMap());
        case "StopSignal" -> config.stopSignal(in.text());
        case "ArgsEscaped" -> config.argsEscaped(in.bool());
        case "Healthcheck" ->
            config.healthcheck(in.enterObject() ? Healthcheck.readMembers(in) : null);
        case "OnBuild" -> config.onBuild(in.strings());
        case "Shell" -> config.shell(in.strings());
        default -> in.keep(name, others);
      }
    }
    return config.others(others).build();
  }

  private static List<String> readEnv(JsonReader in) throws OciFormatException {
    List<String> env = in.strings();
    for (String variable : env) {
      if (variable.indexOf('=') < 0) {
        throw in.error("holds " + variable + ", which is not of the form NAME=VALUE");
      }
    }
    return env;
  }

  /** The order of Go's structure, in which Docker's additions come last. */
  void write(JsonWriter out) throws IOException {
    out.startObject("config");
    out.text("User", user);
    out.names("ExposedPorts", exposedPorts);
    out.strings("Env", env);
    out.strings("Entrypoint", entrypoint);
    out.strings("Cmd", cmd);
    out.names("Volumes", volumes);
    out.text("WorkingDir", workingDir);
    out.stringMap("Labels", labels);
    out.text("StopSignal", stopSignal);
    out.flag("ArgsEscaped", argsEscaped);
    if (healthcheck != null) {
      healthcheck.write(out);
    }
    out.strings("OnBuild", onBuild);
    out.strings("Shell", shell);
    out.others(others);
    out.endObject();
  }
}
