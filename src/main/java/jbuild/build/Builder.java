package jbuild.build;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import jbuild.base.RootfsBase;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Origin;
import jbuild.buildfile.Warning;
import jbuild.graph.BuildGraph;
import jbuild.graph.InputRef;
import jbuild.graph.Operation;
import jbuild.graph.Planner;
import jbuild.graph.UnsupportedFeatures;
import jbuild.oci.Digest;
import jbuild.progress.BuildEvent;
import jbuild.step.RunFailedException;
import jbuild.step.SecretWatch;
import jbuild.store.Image;
import jbuild.store.WorkDirs;
import org.jspecify.annotations.Nullable;

/** Builds an image: plan, stages in the order of their needs, assembly, names. */
public final class Builder {
  private final BuildTools tools;
  private final BuildOptions options;
  private final Buildfile buildfile;
  private final List<WorkDirs.WorkDir> workDirs = new ArrayList<>();
  private final BuildCache cache;
  private final BaseImages images;
  private final ContextSources contexts;
  private final BuildSources sources;
  private @Nullable BuiltLayers layers;

  public Builder(BuildTools tools, BuildOptions options) {
    this.tools = tools;
    this.options = options;
    this.buildfile = options.buildfile();
    this.cache = new BuildCache(tools.root(), tools.blobs());
    this.images = new BaseImages(tools.images());
    this.contexts = new ContextSources(tools, options, cache, images);
    this.sources = new BuildSources(tools, options, contexts, images);
  }

  /**
   * Builds and names the image.
   *
   * @throws BuildfileException when the file cannot be built; nothing was executed
   * @throws BuildFailedException when a step failed
   */
  public Image build() throws IOException, BuildfileException, BuildFailedException {
    BuildGraph graph = Planner.plan(buildfile, options.request(), images);
    UnsupportedFeatures.refuse(graph);
    for (String name : graph.unusedBuildArgs()) {
      warn("--build-arg " + name + ": no ARG of the file asks for it");
    }
    OptionalLong epoch = graph.sourceDateEpoch();
    BuildLog log = new BuildLog(tools.root());
    StepLocks locks = new StepLocks(tools.root(), tools.progress(), !options.noCache());
    SecretWatch secrets =
        options.runs().allowSecretLeak()
            ? SecretWatch.NONE
            : new SecretWatch(options.runs().secrets());
    try (LayerJobs jobs = new LayerJobs(tools.blobs(), tools.indexes(), cache, epoch, secrets)) {
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
                  images,
                  new Bases(cache, jobs, locks),
                  new FileBases(cache, locks, this::roots),
                  (name, platform) -> contexts.base(name, platform, jobs))
              .prepare();
      ForeignRuns.refuse(
          buildfile, prepared, new Emulation(Emulation.BINFMT_MISC, options.request().platform()));
      for (PreparedStage stage : prepared) {
        for (Warning warning : stage.expanded().warnings()) {
          warn(buildfile.place(warning.range()) + ": " + warning.message());
        }
      }
      BeforeRuns.check(buildfile, prepared, options.runs(), secrets);
      BeforeRuns.check(options.additions(), secrets);
      findInputs(prepared, log);
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

  /** An image or context that is not there is no reason to fail after an hour. */
  private void findInputs(List<PreparedStage> prepared, BuildLog log) throws BuildFailedException {
    for (PreparedStage stage : prepared) {
      for (Operation operation : stage.expanded().operations()) {
        try {
          for (InputRef input : operation.vertex().inputs()) {
            sources.find(input);
          }
        } catch (IOException missing) {
          throw failure(operation, missing, log);
        }
      }
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
    sources.add(prepared.stage().index(), state);
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
      state = sources.on(base);
    } else {
      state = sources.after(((InputRef.FromStage) prepared.stage().base()).index());
    }
    // They have become instructions of this stage and do not reach the next (reference, "ONBUILD").
    state.setConfig(state.config().edit().onBuild(List.of()).build());
    state.setExpanded(prepared.expanded());
    tools
        .progress()
        .on(new BuildEvent.StepFinished(prepared.from(), prepared.outcome(), prepared.time(), -1));
    return state;
  }

  private void warn(String message) {
    tools.progress().on(new BuildEvent.Warning(message));
  }

  /** Also after a failure: what is known of the context is known. */
  private void close() throws IOException {
    try (Closer closer = new Closer()) {
      workDirs.forEach(workDir -> closer.add(workDir::close));
      closer.add(sources::close);
    }
  }
}
