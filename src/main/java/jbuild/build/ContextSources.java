package jbuild.build;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.graph.Operation;
import jbuild.graph.PlatformName;
import jbuild.graph.RemoteSource;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.oci.Digest;
import jbuild.oci.History;
import jbuild.oci.ImageConfig;
import jbuild.oci.OciFormatException;
import jbuild.oci.RuntimeConfig;
import jbuild.remote.HttpFile;
import jbuild.step.ContextSource;
import jbuild.step.CopySource;
import jbuild.step.FetchedFileSource;
import jbuild.step.MixedSource;
import jbuild.step.MountSources;
import jbuild.step.StageFileSystem;
import jbuild.step.StageSource;
import jbuild.step.StoredContextSource;
import jbuild.step.StoredLayer;
import org.jspecify.annotations.Nullable;

/**
 * What COPY and ADD read that no stage made: the build's context, named ones, and what is fetched.
 * Each is opened once a build, when it is first asked for.
 */
final class ContextSources implements AutoCloseable {
  private static final String MAIN = "";

  private final BuildTools tools;
  private final BuildContext main;
  private final BuildCache cache;
  private final NamedContexts named;
  private final PlatformName target;
  private final Map<String, CopySource> opened = new HashMap<>();
  private final Map<RemoteSource, CopySource> fetched = new HashMap<>();
  private final Closer closer = new Closer();

  ContextSources(BuildTools tools, BuildOptions options, BuildCache cache, BaseImages images) {
    this.tools = tools;
    this.main = options.context();
    this.cache = cache;
    this.named = new NamedContexts(tools, options.contexts(), images);
    this.target = options.request().targetPlatform();
  }

  /** The build's own context, with what {@code operation} has to fetch. */
  CopySource main(Operation.CopyOp operation) throws IOException {
    CopySource context = main();
    if (!isRemote(operation)) {
      return context;
    }
    MixedSource mixed = new MixedSource(context);
    for (Operation.Source operand : operation.sources()) {
      RemoteSource remote = operand.remote();
      if (remote != null) {
        mixed.add(operand, fetched(remote, operand.path()));
      }
    }
    return mixed;
  }

  static boolean isRemote(Operation.CopyOp operation) {
    for (Operation.Source operand : operation.sources()) {
      if (operand.remote() != null) {
        return true;
      }
    }
    return false;
  }

  /** Fails for a named context that is not there; fetches those that come from elsewhere. */
  void find(String name) throws IOException {
    named.get(name, target);
  }

  CopySource named(String name) throws IOException {
    NamedContext context = named.get(name, target);
    if (context instanceof NamedContext.Files files) {
      return files(name, files.context());
    }
    CopySource known = opened.get(name);
    if (known == null) {
      List<StoredLayer> layers = ((NamedContext.Image) context).base().layers();
      known = new StageSource("context " + name, open(layers).view());
      opened.put(name, known);
    }
    return known;
  }

  /** The build's own context. */
  CopySource main() throws IOException {
    return files(MAIN, main);
  }

  /** A named context as something to mount. */
  MountSources.Source mounted(String name) throws IOException {
    CopySource tree = named(name);
    return new MountSources.Source(
        tree,
        named.get(name, target) instanceof NamedContext.Image image
            ? open(image.base().layers())
            : null);
  }

  /** What names the content of the build's context without looking at it; null if it may change. */
  @Nullable String identity() {
    return identity(main);
  }

  /** As {@link #identity()}, of a named context. */
  @Nullable String identity(String name) throws IOException {
    NamedContext context = named.get(name, target);
    return context instanceof NamedContext.Files files
        ? identity(files.context())
        : chain(((NamedContext.Image) context).base().layers());
  }

  private static @Nullable String identity(BuildContext context) {
    return context.tree() instanceof ContextTree.InStore stored
        ? "context " + chain(stored.layers()) + " " + context.rulesId()
        : null;
  }

  private static String chain(List<StoredLayer> layers) {
    return CachedStep.chain(StageState.diffIds(layers));
  }

  private CopySource files(String name, BuildContext context) throws IOException {
    CopySource known = opened.get(name);
    if (known == null) {
      known = open(context);
      opened.put(name, known);
    }
    return known;
  }

  private CopySource open(BuildContext context) throws IOException {
    if (context.tree() instanceof ContextTree.InStore stored) {
      return new StoredContextSource(
          "the context " + stored.name(),
          open(stored.layers()).view(),
          context.rules(),
          context.ignoreFile());
    }
    ContextSource source =
        ContextSource.open(
            tools.syscalls().get(),
            ((ContextTree.OnDisk) context.tree()).directory(),
            context.rules(),
            context.ignoreFile(),
            tools.root(),
            System.currentTimeMillis() / 1000);
    closer.add(source::save);
    return source;
  }

  private StageFileSystem open(List<StoredLayer> layers) {
    StageFileSystem files = new StageFileSystem(tools.indexes(), tools.blobs(), layers);
    closer.add(files::close);
    return files;
  }

  private CopySource fetched(RemoteSource remote, String name) throws IOException {
    CopySource known = fetched.get(remote);
    if (known == null) {
      known = fetch(remote, name);
      fetched.put(remote, known);
    }
    return known;
  }

  private CopySource fetch(RemoteSource remote, String name) throws IOException {
    if (remote instanceof RemoteSource.Git git) {
      StoredLayer layer = new GitTrees(tools, cache).get(git);
      return new StageSource(RemoteSource.hideUser(git.written()), open(List.of(layer)).view());
    }
    RemoteSource.Http http = (RemoteSource.Http) remote;
    HttpFile file = tools.remotes().get().http().get(http.written(), digest(http.checksum()));
    return new FetchedFileSource(name, file);
  }

  private static @Nullable Digest digest(@Nullable String checksum) throws OciFormatException {
    return checksum == null ? null : Digest.parse(checksum);
  }

  /** A named context as something to start a stage from. */
  Bases.Base base(String name, PlatformName platform, LayerJobs jobs) throws IOException {
    NamedContext context = named.get(name, platform);
    if (context instanceof NamedContext.Image image) {
      return image.base();
    }
    BuildContext files = ((NamedContext.Files) context).context();
    if (files.tree() instanceof ContextTree.InStore stored) {
      return base(stored.layers(), name, platform, true);
    }
    // Opened anew: writing a layer says of its files that they are in it now.
    Inode top = open(files).open(BytePath.ROOT);
    if (!(top instanceof Directory root)) {
      throw new IOException("--build-context " + name + ": it is no directory any more");
    }
    return base(List.of(jobs.write(new LayerTree(rootOwned(root)))), name, platform, false);
  }

  private static Directory rootOwned(Directory directory) {
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      if (child.getValue() instanceof Directory below) {
        rootOwned(below);
      }
      child.getValue().setAttributes(child.getValue().attributes().withOwner(0, 0));
    }
    directory.setAttributes(directory.attributes().withOwner(0, 0));
    return directory;
  }

  private static Bases.Base base(
      List<StoredLayer> layers, String name, PlatformName platform, boolean wasKnown) {
    ImageConfig config =
        new ImageConfig(
            null,
            "",
            BaseImages.platform(platform),
            RuntimeConfig.EMPTY,
            StageState.diffIds(layers),
            layers.stream()
                .map(layer -> new History(layer.created(), "context " + name, "", "", false))
                .toList(),
            new TreeMap<>());
    return new Bases.Base(config, layers, wasKnown);
  }

  @Override
  public void close() throws IOException {
    closer.close();
  }
}
