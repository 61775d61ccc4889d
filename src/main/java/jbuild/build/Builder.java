package jbuild.build;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import jbuild.base.RootfsBase;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Origin;
import jbuild.buildfile.Stage;
import jbuild.buildfile.Suggestion;
import jbuild.buildfile.Warning;
import jbuild.graph.BuildGraph;
import jbuild.graph.InputRef;
import jbuild.graph.Operation;
import jbuild.graph.Planner;
import jbuild.graph.UnsupportedFeatures;
import jbuild.oci.Digest;
import jbuild.progress.BuildEvent;
import jbuild.step.CacheKey;
import jbuild.step.CopySource;
import jbuild.step.RunFailedException;
import jbuild.step.StageFileSystem;
import jbuild.step.StageSource;
import jbuild.step.StoredLayer;
import jbuild.store.Image;
import jbuild.store.WorkDirs;
import org.jspecify.annotations.Nullable;

/** Builds an image: plan, stages in the order of their needs, assembly, names. */
public final class Builder {
  private final BuildTools tools;
  private final BuildOptions options;
  private final Buildfile buildfile;
  private final Map<Integer, StageState> stages = new HashMap<>();
  private final Map<String, StageState> images = new HashMap<>();
  private final List<WorkDirs.WorkDir> workDirs = new ArrayList<>();
  private final StageSources sources = new StageSources();
  private final BuildCache cache;
  private final ContextSources contexts;
  private @Nullable BuiltLayers layers;

  public Builder(BuildTools tools, BuildOptions options) {
    this.tools = tools;
    this.options = options;
    this.buildfile = options.buildfile();
    this.cache = new BuildCache(tools.root(), tools.blobs());
    this.contexts = new ContextSources(tools, options, cache);
  }

  /**
   * Builds and names the image.
   *
   * @throws BuildfileException when the file cannot be built; nothing was executed
   * @throws BuildFailedException when a step failed
   */
  public Image build() throws IOException, BuildfileException, BuildFailedException {
    BaseImages baseImages = new BaseImages(tools.images());
    BuildGraph graph = Planner.plan(buildfile, options.request(), baseImages);
    List<BuildfileException> unsupported = UnsupportedFeatures.check(graph);
    if (!unsupported.isEmpty()) {
      throw unsupported.get(0);
    }
    for (String name : graph.unusedBuildArgs()) {
      warn("--build-arg " + name + ": no ARG of the file asks for it");
    }
    OptionalLong epoch = graph.sourceDateEpoch();
    BuildLog log = new BuildLog(tools.root());
    StepLocks locks = new StepLocks(tools.root(), tools.progress(), !options.noCache());
    try (LayerJobs jobs = new LayerJobs(tools.blobs(), tools.indexes(), cache, epoch)) {
      StageBuilder builder =
          new StageBuilder(
              tools,
              options,
              cache,
              jobs,
              sources,
              locks,
              log,
              epoch.isPresent() ? Long.toString(epoch.getAsLong()) : "",
              workDirs);
      List<PreparedStage> prepared =
          new StagePreparer(
                  tools,
                  graph,
                  options.context().tree(),
                  options.pull(),
                  baseImages,
                  new Bases(cache, jobs, locks),
                  new FileBases(cache, locks, this::roots),
                  name -> contexts.base(name, jobs))
              .prepare();
      ForeignRuns.refuse(
          buildfile, prepared, new Emulation(Emulation.BINFMT_MISC, options.request().platform()));
      for (PreparedStage stage : prepared) {
        for (Warning warning : stage.expanded().warnings()) {
          warn(buildfile.place(warning.range()) + ": " + warning.message());
        }
      }
      StageState last = null;
      for (PreparedStage stage : prepared) {
        last = buildStage(stage, builder, log);
      }
      if (last == null) {
        throw new IllegalStateException("a plan has at least its target");
      }
      return finish(last, log);
    } finally {
      close();
    }
  }

  private RootfsBase roots() throws IOException {
    return new RootfsBase(tools.blobs(), tools.indexes(), tools.syscalls()::get);
  }

  /** The layers of the image, after it was built. */
  public BuiltLayers layers() {
    BuiltLayers known = layers;
    if (known == null) {
      throw new IllegalStateException("the image is not built yet");
    }
    return known;
  }

  private static BuiltLayers layers(StageState target) throws IOException {
    List<Digest> diffIds = StageState.diffIds(target.files().await());
    List<BuiltLayers.Made> made = new ArrayList<>();
    for (StageState.Layered step : target.layered()) {
      Digest diffId = diffIds.get(target.baseLayers() + made.size());
      made.add(new BuiltLayers.Made(step.instruction(), diffId, step.cached()));
    }
    return new BuiltLayers(diffIds.subList(0, target.baseLayers()), made);
  }

  private Image finish(StageState target, BuildLog log) throws IOException {
    Image image = new ImageAssembler(tools.images(), options.additions()).assemble(target);
    layers = layers(target);
    log.awaitPending();
    for (String name : options.names()) {
      tools.images().tag(image, name);
    }
    return image;
  }

  private StageState buildStage(PreparedStage prepared, StageBuilder builder, BuildLog log)
      throws IOException, BuildFailedException {
    StageState state = start(prepared);
    stages.put(prepared.stage().index(), state);
    for (Operation operation : state.expanded().operations()) {
      BuildEvent.Step step =
          new BuildEvent.Step(
              prepared.name(),
              operation.vertex().number() + 1,
              prepared.from().total(),
              operation.instruction().origin().display());
      try {
        builder.execute(state, operation, step);
      } catch (IOException failed) {
        tools.progress().on(new BuildEvent.StepFailed(step));
        throw failure(operation, failed, log);
      }
    }
    return state;
  }

  private BuildFailedException failure(Operation operation, IOException failed, BuildLog log) {
    Origin origin = operation.instruction().origin();
    String trigger = operation.vertex().isTrigger() ? "ONBUILD " + origin.display() + ": " : "";
    String message = trigger + failed.getMessage();
    if (failed instanceof RunFailedException run) {
      return new BuildFailedException(
          buildfile.error(origin.range(), message, null), run.lastLines(), log.last(), failed);
    }
    String text =
        trigger
            + origin.keyword()
            + ": "
            + (failed.getMessage() == null ? failed.toString() : failed.getMessage());
    return new BuildFailedException(
        buildfile.error(origin.range(), text, null), List.of(), null, failed);
  }

  private StageState start(PreparedStage prepared) throws IOException {
    Bases.Base base = prepared.base();
    StageState state;
    if (base != null) {
      state = stateOf(base);
    } else {
      StageState other = stage(((InputRef.FromStage) prepared.stage().base()).index());
      state = StageState.after(other, files(other.files().await()));
    }
    // They have become instructions of this stage and do not reach the next (reference, "ONBUILD").
    state.setConfig(state.config().edit().onBuild(List.of()).build());
    state.setExpanded(prepared.expanded());
    tools
        .progress()
        .on(new BuildEvent.StepFinished(prepared.from(), prepared.outcome(), prepared.time(), -1));
    return state;
  }

  private StageState stateOf(Bases.Base base) {
    Digest key =
        CacheKey.of("from")
            .with("chain", CachedStep.chain(StageState.diffIds(base.layers())))
            .with("platform", base.config().platform().toString())
            .build()
            .digest();
    return StageState.of(base.config(), base.layers().size(), files(base.layers()), key);
  }

  private StageFileSystem files(List<StoredLayer> layers) {
    return new StageFileSystem(tools.indexes(), tools.blobs(), layers);
  }

  private StageState stage(int index) {
    StageState state = stages.get(index);
    if (state == null) {
      throw new IllegalStateException("stage " + index + " comes later");
    }
    return state;
  }

  private void warn(String message) {
    tools.progress().on(new BuildEvent.Warning(message));
  }

  /** Also after a failure: what is known of the context is known. */
  private void close() throws IOException {
    try (Closer closer = new Closer()) {
      workDirs.forEach(workDir -> closer.add(workDir::close));
      images.values().forEach(image -> closer.add(image.files()::close));
      stages.values().forEach(stage -> closer.add(stage.files()::close));
      closer.add(contexts::close);
    }
  }

  /** Context, stages and images, opened when a COPY first names them. */
  private final class StageSources implements StageBuilder.Sources {
    @Override
    public CopySource of(Operation.CopyOp operation) throws IOException {
      if (operation.input() instanceof InputRef.Context) {
        return contexts.main(operation);
      }
      if (operation.input() instanceof InputRef.FromContext from) {
        return contexts.named(from.name());
      }
      StageState state = source(operation);
      state.files().await();
      return new StageSource(name(operation), state.files().view());
    }

    @Override
    public @Nullable String identity(Operation.CopyOp operation) throws IOException {
      if (operation.input() instanceof InputRef.FromContext from) {
        return contexts.identity(from.name(), operation);
      }
      return operation.input() instanceof InputRef.Context
          ? contexts.identity(null, operation)
          : source(operation).chain();
    }

    private StageState source(Operation.CopyOp operation) throws IOException {
      if (operation.input() instanceof InputRef.FromStage from) {
        return stage(from.index());
      }
      String name = name(operation);
      StageState known = images.get(name);
      if (known == null) {
        Bases.Base base = Bases.image(tools.images(), name);
        if (base == null) {
          String near = Suggestion.hint(name, stageNames());
          throw new IOException(
              "--from="
                  + name
                  + ": neither a stage nor an image of that name ("
                  + (near != null ? near : "jbuild images lists those there are")
                  + ")");
        }
        known = stateOf(base);
        images.put(name, known);
      }
      return known;
    }

    private List<String> stageNames() {
      List<String> names = new ArrayList<>();
      for (Stage stage : buildfile.stages()) {
        String name = stage.name();
        if (name != null) {
          names.add(name);
        }
      }
      return names;
    }

    private String name(Operation.CopyOp operation) {
      if (operation.input() instanceof InputRef.FromImage image) {
        return image.name();
      }
      return operation.input() instanceof InputRef.FromStage from
          ? "stage " + from.index()
          : "the context";
    }
  }
}
