package jbuild.build;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import jbuild.graph.Operation;
import jbuild.layer.LayerTree;
import jbuild.layer.TreeView;
import jbuild.layer.UnionTree;
import jbuild.oci.Digest;
import jbuild.progress.BuildEvent;
import jbuild.progress.BuildEvent.Outcome;
import jbuild.sandbox.Identity;
import jbuild.sandbox.NetworkMode;
import jbuild.step.CacheKey;
import jbuild.step.CopySource;
import jbuild.step.CopyStep;
import jbuild.step.RunRequest;
import jbuild.step.RunStep;
import jbuild.step.StepOutput;
import jbuild.step.StoredLayer;
import jbuild.step.WorkdirStep;
import jbuild.store.WorkDirs;
import org.jspecify.annotations.Nullable;

/** Carries the operations of one stage out, one after the other, each from the cache if it can. */
@SuppressWarnings("try") // locks are held, not looked at
final class StageBuilder {
  /** What COPY finds its files by. */
  interface Sources {
    CopySource of(Operation.CopyOp operation) throws IOException;

    /** Names what the content of a source depends on without reading it; null for a context. */
    @Nullable String identity(Operation.CopyOp operation) throws IOException;
  }

  private final BuildTools tools;
  private final BuildOptions options;
  private final BuildCache cache;
  private final LayerJobs jobs;
  private final Sources sources;
  private final StageContentMemo memo;
  private final StepLocks locks;
  private final BuildLog log;
  private final String epoch;
  private final List<WorkDirs.WorkDir> workDirs;

  /**
   * @param epoch SOURCE_DATE_EPOCH, or empty: layers that were clamped are others
   * @param workDirs gets the directories that live as long as the build
   */
  StageBuilder(
      BuildTools tools,
      BuildOptions options,
      BuildCache cache,
      LayerJobs jobs,
      Sources sources,
      StepLocks locks,
      BuildLog log,
      String epoch,
      List<WorkDirs.WorkDir> workDirs) {
    this.tools = tools;
    this.options = options;
    this.cache = cache;
    this.jobs = jobs;
    this.sources = sources;
    this.memo = new StageContentMemo(tools.root());
    this.locks = locks;
    this.log = log;
    this.epoch = epoch;
    this.workDirs = workDirs;
  }

  /** Carries one operation out; afterwards {@code state} is what it was and that. */
  void execute(StageState state, Operation operation, BuildEvent.Step step) throws IOException {
    long start = System.nanoTime();
    Outcome outcome = Outcome.CONFIG;
    long bytes = -1;
    int layersBefore = state.files().count();
    if (operation instanceof Operation.ConfigOp config) {
      state.setConfig(ConfigChanges.apply(state.config(), config));
      if (operation instanceof Operation.MaintainerOp maintainer) {
        state.setAuthor(maintainer.author());
      }
    } else if (operation instanceof Operation.CopyOp copy) {
      outcome = copy(state, copy, step);
    } else if (operation instanceof Operation.RunOp run) {
      outcome = run(state, run, step);
    } else if (operation instanceof Operation.WorkdirOp workdir) {
      outcome = workdir(state, workdir, step);
    }
    boolean hasLayer = state.files().count() > layersBefore;
    if (hasLayer) {
      bytes = state.files().topSize();
      state
          .layered()
          .add(new StageState.Layered(operation.instruction(), outcome == Outcome.CACHED));
    }
    String createdBy = operation.createdBy();
    if (createdBy != null) {
      state.made().add(new StageState.Made(createdBy, hasLayer));
    }
    tools
        .progress()
        .on(
            new BuildEvent.StepFinished(
                step, outcome, Duration.ofNanos(System.nanoTime() - start), bytes));
  }

  private CacheKey.Builder withParent(StageState state, CacheKey.Builder key) {
    return withEpoch(key.with("parent", state.key().hex()));
  }

  /** The layers below are no part of the key of a linked layer: it is the same on all of them. */
  private CacheKey.Builder withParent(
      StageState state, Operation.CopyOp operation, CacheKey.Builder key) {
    return operation.options().link() ? withEpoch(key) : withParent(state, key);
  }

  private CacheKey.Builder withEpoch(CacheKey.Builder key) {
    return epoch.isEmpty() ? key : key.with("epoch", epoch);
  }

  /** Puts the cached result on top of the stage, if there is one that was made on these layers. */
  private boolean reuse(StageState state, CacheKey key) throws IOException {
    return reuse(state, key, false);
  }

  /** As {@link #reuse(StageState, CacheKey)}; a linked layer may lie on any others. */
  private boolean reuse(StageState state, CacheKey key, boolean link) throws IOException {
    if (options.noCache()) {
      return false;
    }
    CachedStep cached = cache.find(key.digest());
    if (cached == null || (!link && !cached.parent().equals(state.chain()))) {
      return false;
    }
    StoredLayer layer = cached.layer();
    if (layer != null) {
      state.files().add(layer);
    }
    state.setKey(after(state, key, link));
    return true;
  }

  private Outcome copy(StageState state, Operation.CopyOp operation, BuildEvent.Step event)
      throws IOException {
    String identity = sources.identity(operation);
    Digest content = identity == null ? null : memo.find(identity, operation);
    if (content != null && reuseCopy(state, operation, identity, content)) {
      return Outcome.CACHED;
    }
    if (ContextSources.isRemote(operation)) {
      tools.progress().on(new BuildEvent.StepStarted(event));
    }
    try (CopyStep step = new CopyStep(operation, sources.of(operation), tools.root().tmp())) {
      step.find();
      return step.isEmpty()
          ? Outcome.CONFIG
          : copy(state, operation, step, identity, content, event);
    }
  }

  private Outcome copy(
      StageState state,
      Operation.CopyOp operation,
      CopyStep step,
      @Nullable String identity,
      @Nullable Digest remembered,
      BuildEvent.Step event)
      throws IOException {
    Digest content = remembered;
    if (content == null && !options.noCache()) {
      content = step.knownContentDigest();
      if (content != null && reuseCopy(state, operation, identity, content)) {
        return Outcome.CACHED;
      }
    }
    boolean link = operation.options().link();
    Digest shape = shape(state, operation, step);
    // What is copied is known only when it was read, so that the shape has to be the lock's key.
    try (StepLocks.Held lock = locks.acquire(shape, event)) {
      if (content == null && !options.noCache() && cache.knowsShape(shape)) {
        content = step.contentDigest();
      }
      if (content != null && reuseCopy(state, operation, identity, content)) {
        return Outcome.CACHED;
      }
      tools.progress().on(new BuildEvent.StepStarted(event));
      TreeView below = link ? UnionTree.open(List.of()) : state.files().view();
      String chown = operation.chown();
      Identity owner = chown == null ? null : CopyStep.owner(below, chown);
      LayerTree tree = step.place(below, owner);
      String parent = link ? CachedStep.ANY_PARENT : state.chain();
      StoredLayer layer = jobs.write(tree);
      // What went into the layer was read for it, and is known by now.
      content = step.contentDigest();
      CacheKey key = copyKey(state, operation, content);
      cache.store(key, new CachedStep(key.components(), parent, layer), shape);
      if (identity != null) {
        memo.store(identity, operation, content);
      }
      state.files().add(layer);
      state.setKey(after(state, key, link));
      return Outcome.DONE;
    }
  }

  /** The key that stands for the files so far when a step has put its layer on top of them. */
  private static Digest after(StageState state, CacheKey key, boolean link) {
    return link
        ? CacheKey.of("linked")
            .with("parent", state.key().hex())
            .with("step", key.digest().hex())
            .build()
            .digest()
        : key.digest();
  }

  /**
   * @param identity of the source, under which the content is remembered; null for a context
   */
  private boolean reuseCopy(
      StageState state, Operation.CopyOp operation, @Nullable String identity, Digest content)
      throws IOException {
    boolean reused = reuse(state, copyKey(state, operation, content), operation.options().link());
    if (reused && identity != null) {
      memo.store(identity, operation, content);
    }
    return reused;
  }

  /** What is known of a COPY without reading: if it was never seen, neither was the content. */
  private Digest shape(StageState state, Operation.CopyOp operation, CopyStep step)
      throws IOException {
    return withParent(state, operation, CacheKey.of("shape"))
        .with("shape", step.shape().hex())
        .build()
        .digest();
  }

  private CacheKey copyKey(StageState state, Operation.CopyOp operation, Digest content) {
    return withParent(state, operation, CopyStep.key(operation))
        .with("content", content.hex())
        .build();
  }

  private Outcome workdir(StageState state, Operation.WorkdirOp operation, BuildEvent.Step event)
      throws IOException {
    if (!operation.makesLayer()) {
      return Outcome.CONFIG;
    }
    WorkdirStep step = new WorkdirStep(operation);
    CacheKey key = withParent(state, step.key()).build();
    if (reuse(state, key)) {
      return Outcome.CACHED;
    }
    try (StepLocks.Held lock = locks.acquire(key.digest(), event)) {
      if (reuse(state, key)) {
        return Outcome.CACHED;
      }
      LayerTree tree = step.execute(state.files().view());
      String parent = state.chain();
      StoredLayer layer = tree == null ? null : jobs.write(tree);
      cache.store(key, new CachedStep(key.components(), parent, layer));
      if (layer != null) {
        state.files().add(layer);
      }
      state.setKey(key.digest());
      return Outcome.DONE;
    }
  }

  private Outcome run(StageState state, Operation.RunOp operation, BuildEvent.Step event)
      throws IOException {
    RunRequest request =
        new RunRequest(
            operation.argv(),
            operation.environment(),
            operation.workdir(),
            operation.user(),
            network(operation),
            options.limits(),
            state.base().platform(),
            operation.proxyEnvironment(),
            operation.script());
    CacheKey key = withParent(state, request.key()).build();
    if (reuse(state, key)) {
      return Outcome.CACHED;
    }
    try (StepLocks.Held lock = locks.acquire(key.digest(), event)) {
      if (reuse(state, key)) {
        return Outcome.CACHED;
      }
      tools.progress().on(new BuildEvent.StepStarted(event));
      RunStep.Changes changes = execute(state, request, event);
      // Others may have the step when it is recorded, which the background does.
      if (changes.isEmpty()) {
        log.keep(jobs.submitEmpty(key, state.files().chain(), lock.handOver()));
      } else {
        Future<StoredLayer> written =
            jobs.submit(changes.tree(), key, state.files().chain(), lock.handOver());
        state.files().add(changes.tree(), changes.upper(), written);
      }
      state.setKey(key.digest());
      return Outcome.DONE;
    }
  }

  private RunStep.Changes execute(StageState state, RunRequest request, BuildEvent.Step event)
      throws IOException {
    RunStep runStep = tools.runStep().get();
    WorkDirs.WorkDir place = tools.workDirs().create();
    workDirs.add(place);
    try (OutputStream out = Files.newOutputStream(log.file(event))) {
      return runStep.execute(
          state.files(), request, place.path(), new StepOutput(event, tools.progress(), out));
    }
  }

  private NetworkMode network(Operation.RunOp operation) {
    return switch (operation.network()) {
      case DEFAULT -> options.network();
      case HOST -> NetworkMode.HOST;
      case NONE -> NetworkMode.NONE;
    };
  }
}
