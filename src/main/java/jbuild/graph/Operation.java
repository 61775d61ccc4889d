package jbuild.graph;

import java.util.List;
import java.util.Map;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Healthcheck;
import jbuild.buildfile.Instruction;
import org.jspecify.annotations.Nullable;

/**
 * What one instruction does, with nothing left to expand. {@code createdBy} is the text for the
 * image history, the same as BuildKit's; null where BuildKit writes no entry.
 */
public sealed interface Operation {
  Vertex vertex();

  @Nullable String createdBy();

  default Instruction instruction() {
    return vertex().instruction();
  }

  /** How a RUN reaches the network. */
  enum Network {
    /** What the build was started with. */
    DEFAULT,
    HOST,
    NONE
  }

  /**
   * A command to run.
   *
   * @param argv with the shell already in front if it was shell text
   * @param environment {@code NAME=value} in order: the image's, then the ARGs it does not set
   * @param proxyEnvironment to be set as well, but no part of the cache key
   * @param workdir absolute
   * @param user as the image configuration has it, empty for root
   * @param script to be there as {@code /dev/pipes/NAME}, mode 0755, while the step runs: a
   *     here-document that starts with {@code #!}
   * @param mounts the {@code --mount} flags as written
   */
  record RunOp(
      Vertex vertex,
      List<String> argv,
      List<String> environment,
      List<String> proxyEnvironment,
      String workdir,
      String user,
      Network network,
      @Nullable InlineFile script,
      List<Flag> mounts,
      String createdBy)
      implements Operation {
    public RunOp {
      argv = List.copyOf(argv);
      environment = List.copyOf(environment);
      proxyEnvironment = List.copyOf(proxyEnvironment);
      mounts = List.copyOf(mounts);
    }
  }

  /**
   * A source of COPY or ADD.
   *
   * @param path relative to the root of the input, clean, {@code .} for the root itself; it cannot
   *     lead out
   * @param wildcard whether it is a pattern for {@link jbuild.buildfile.GoMatch}
   * @param written the source after expansion, as messages shall show it
   * @param pivot how many components of {@code path} stand before {@code --parents}' pivot {@code
   *     /./}; those behind it are kept
   * @param remote what is to be fetched, and {@code path} then its name in the root of what came;
   *     null for a path of the input
   */
  record Source(
      String path, boolean wildcard, String written, int pivot, @Nullable RemoteSource remote) {
    /** A path of the input. */
    public Source(String path, boolean wildcard, String written, int pivot) {
      this(path, wildcard, written, pivot, null);
    }
  }

  /**
   * COPY and ADD.
   *
   * @param destination absolute and clean
   * @param destinationIsDirectory whether it was written with a slash or a dot at the end, or
   *     several sources make it one
   * @param chown and {@code chmod}: null when not given
   * @param files here-documents, to be put where a file of that name would be
   * @param options the switches
   */
  record CopyOp(
      Vertex vertex,
      boolean isAdd,
      InputRef input,
      List<Source> sources,
      List<InlineFile> files,
      String destination,
      boolean destinationIsDirectory,
      @Nullable String chown,
      @Nullable ModeChange chmod,
      CopyOptions options,
      String createdBy)
      implements Operation {
    public CopyOp {
      sources = List.copyOf(sources);
      files = List.copyOf(files);
    }
  }

  /** Makes the directory unless it is there; {@code path} is absolute and clean. */
  record WorkdirOp(Vertex vertex, String path, String user, String createdBy) implements Operation {
    /** The root is always there, so this makes no layer. */
    public boolean makesLayer() {
      return !path.equals("/");
    }
  }

  /** Changes the image configuration only. */
  sealed interface ConfigOp extends Operation {}

  /** Replaces values in place, appends new names; the map keeps the order. */
  record EnvOp(Vertex vertex, Map<String, String> variables, String createdBy)
      implements ConfigOp {}

  /** Changes nothing but the history. */
  record ArgOp(Vertex vertex, String createdBy) implements ConfigOp {}

  record LabelOp(Vertex vertex, Map<String, String> labels, String createdBy) implements ConfigOp {}

  record CmdOp(Vertex vertex, List<String> argv, String createdBy) implements ConfigOp {}

  /** {@code clearsCmd}: an inherited CMD is dropped, one of this stage stays. */
  record EntrypointOp(Vertex vertex, List<String> argv, boolean clearsCmd, String createdBy)
      implements ConfigOp {}

  /** Ports as the configuration keys them, {@code 80/tcp}. */
  record ExposeOp(Vertex vertex, List<String> ports, String createdBy) implements ConfigOp {}

  /**
   * Takes away what is set: names of variables or labels, paths, or ports as they are keyed. ENV is
   * gone from the environment already.
   */
  record UnsetOp(Vertex vertex, Instruction.Unset.Kind kind, List<String> names, String createdBy)
      implements ConfigOp {
    public UnsetOp {
      names = List.copyOf(names);
    }
  }

  record VolumeOp(Vertex vertex, List<String> paths, String createdBy) implements ConfigOp {}

  record UserOp(Vertex vertex, String user, String createdBy) implements ConfigOp {}

  record StopSignalOp(Vertex vertex, String signal, String createdBy) implements ConfigOp {}

  record ShellOp(Vertex vertex, List<String> argv, String createdBy) implements ConfigOp {}

  record HealthcheckOp(Vertex vertex, Healthcheck healthcheck, String createdBy)
      implements ConfigOp {}

  record MaintainerOp(Vertex vertex, String author, String createdBy) implements ConfigOp {}

  /** Adds a trigger; BuildKit leaves it out of the history. */
  record OnbuildOp(Vertex vertex, String expression) implements ConfigOp {
    @Override
    public @Nullable String createdBy() {
      return null;
    }
  }
}
