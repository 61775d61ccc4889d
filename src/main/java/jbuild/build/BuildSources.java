package jbuild.build;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.Stage;
import jbuild.buildfile.Suggestion;
import jbuild.graph.InputRef;
import jbuild.graph.Operation;
import jbuild.graph.PlatformName;
import jbuild.oci.Digest;
import jbuild.step.CacheKey;
import jbuild.step.CopySource;
import jbuild.step.MountSources;
import jbuild.step.StageFileSystem;
import jbuild.step.StageSource;
import jbuild.step.StoredLayer;
import jbuild.store.Image;
import org.jspecify.annotations.Nullable;

/** What the steps of a build read: contexts, stages that are done, and images of the store. */
final class BuildSources implements StageBuilder.Sources, AutoCloseable {
  private final BuildTools tools;
  private final BuildOptions options;
  private final ContextSources contexts;
  private final BaseImages store;
  private final Map<Integer, StageState> stages = new HashMap<>();
  private final Map<String, StageState> images = new HashMap<>();

  /**
   * @param contexts are closed with this
   */
  BuildSources(BuildTools tools, BuildOptions options, ContextSources contexts, BaseImages store) {
    this.tools = tools;
    this.options = options;
    this.contexts = contexts;
    this.store = store;
  }

  /** A stage that begins with a base. */
  StageState on(Bases.Base base) {
    Digest key =
        CacheKey.of("from")
            .with("chain", CachedStep.chain(StageState.diffIds(base.layers())))
            .with("platform", base.config().platform().toString())
            .build()
            .digest();
    return StageState.of(base.config(), base.layers().size(), files(base.layers()), key);
  }

  /** A stage that begins where another one ended. */
  StageState after(int index) throws IOException {
    StageState other = stage(index);
    return StageState.after(other, files(other.files().await()));
  }

  private StageFileSystem files(List<StoredLayer> layers) {
    return new StageFileSystem(tools.indexes(), tools.blobs(), layers);
  }

  /** From now on others can read the stage. */
  void add(int index, StageState state) {
    stages.put(index, state);
  }

  private StageState stage(int index) {
    StageState state = stages.get(index);
    if (state == null) {
      throw new IllegalStateException("stage " + index + " comes later");
    }
    return state;
  }

  /** Fails for an image or named context that is not there; opens no file of those that are. */
  void find(InputRef input) throws IOException {
    if (input instanceof InputRef.FromImage image) {
      image(image.name());
    } else if (input instanceof InputRef.FromContext context) {
      contexts.find(context.name());
    }
  }

  @Override
  public CopySource of(Operation.CopyOp operation) throws IOException {
    if (operation.input() instanceof InputRef.Context) {
      return contexts.main(operation);
    }
    if (operation.input() instanceof InputRef.FromContext from) {
      return contexts.named(from.name());
    }
    return mounted(operation.input()).tree();
  }

  @Override
  public @Nullable String identity(Operation.CopyOp operation) throws IOException {
    // What is fetched is not known by its name.
    return ContextSources.isRemote(operation) ? null : identity(operation.input());
  }

  @Override
  public MountSources.Source mounted(InputRef input) throws IOException {
    if (input instanceof InputRef.Context) {
      return new MountSources.Source(contexts.main(), null);
    }
    if (input instanceof InputRef.FromContext from) {
      return contexts.mounted(from.name());
    }
    StageFileSystem files = state(input).files();
    files.await();
    return new MountSources.Source(new StageSource(name(input), files.view()), files);
  }

  @Override
  public @Nullable String identity(InputRef input) throws IOException {
    if (input instanceof InputRef.FromContext from) {
      return contexts.identity(from.name());
    }
    return input instanceof InputRef.Context ? contexts.identity() : state(input).chain();
  }

  private StageState state(InputRef input) throws IOException {
    return input instanceof InputRef.FromStage from
        ? stage(from.index())
        : image(((InputRef.FromImage) input).name());
  }

  private StageState image(String name) throws IOException {
    StageState known = images.get(name);
    if (known == null) {
      known = on(base(name));
      images.put(name, known);
    }
    return known;
  }

  private Bases.Base base(String name) throws IOException {
    PlatformName platform = options.request().targetPlatform();
    if (name.equals(Bases.SCRATCH)) {
      return Bases.scratch(BaseImages.platform(platform));
    }
    Image image = store.find(name, platform);
    if (image == null) {
      String near = Suggestion.hint(name, stageNames());
      throw new IOException(
          "--from="
              + name
              + ": neither a stage nor an image of that name ("
              + (near != null ? near : "jbuild images lists those there are")
              + ")");
    }
    return Bases.image(tools.images(), image);
  }

  private List<String> stageNames() {
    List<String> names = new ArrayList<>();
    for (Stage stage : options.buildfile().stages()) {
      String name = stage.name();
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  private static String name(InputRef input) {
    return input instanceof InputRef.FromStage from
        ? "stage " + from.index()
        : ((InputRef.FromImage) input).name();
  }

  @Override
  public void close() throws IOException {
    try (Closer closer = new Closer()) {
      images.values().forEach(image -> closer.add(image.files()::close));
      stages.values().forEach(stage -> closer.add(stage.files()::close));
      closer.add(contexts::close);
    }
  }
}
