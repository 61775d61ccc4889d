package jbuild.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Stage;
import jbuild.buildfile.Suggestion;
import jbuild.graph.BaseImage;
import jbuild.graph.BuildGraph;
import jbuild.graph.ExpandedStage;
import jbuild.graph.InputRef;
import jbuild.graph.PlannedStage;
import jbuild.graph.PlatformName;
import jbuild.graph.StageExpander;
import jbuild.oci.RuntimeConfig;
import jbuild.progress.BuildEvent;
import jbuild.progress.BuildEvent.Outcome;
import jbuild.store.Image;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the bases of all stages and expands all instructions before the first one is executed: a
 * variable that must be set, or a base that is missing, is no reason to fail after an hour.
 */
final class StagePreparer {
  private final BuildTools tools;
  private final BuildGraph graph;
  private final ContextTree context;
  private final PullPolicy pull;
  private final BaseImages images;
  private final Bases bases;
  private final FileBases files;
  private final ContextBases contexts;

  /** Makes named contexts something to start from. */
  interface ContextBases {
    /**
     * The context as a base.
     *
     * @param platform what it is to be for, if that is to be chosen
     */
    Bases.Base of(String name, PlatformName platform) throws IOException;
  }

  /**
   * @param context where relative paths of files as bases start, if it is a directory
   */
  StagePreparer(
      BuildTools tools,
      BuildGraph graph,
      ContextTree context,
      PullPolicy pull,
      BaseImages images,
      Bases bases,
      FileBases files,
      ContextBases contexts) {
    this.tools = tools;
    this.graph = graph;
    this.context = context;
    this.pull = pull;
    this.images = images;
    this.bases = bases;
    this.files = files;
    this.contexts = contexts;
  }

  /** The stages in the order of the plan. */
  List<PreparedStage> prepare() throws IOException, BuildfileException {
    StageExpander expander = new StageExpander(graph);
    Map<Integer, ExpandedStage> expanded = new HashMap<>();
    List<PreparedStage> prepared = new ArrayList<>();
    for (PlannedStage stage : graph.stages()) {
      PreparedStage ready = prepare(stage, expander, expanded);
      expanded.put(stage.index(), ready.expanded());
      prepared.add(ready);
    }
    return prepared;
  }

  private PreparedStage prepare(
      PlannedStage stage, StageExpander expander, Map<Integer, ExpandedStage> others)
      throws IOException, BuildfileException {
    long begin = System.nanoTime();
    BuildEvent.Step from =
        new BuildEvent.Step(
            name(stage), 1, stage.vertices().size() + 1, stage.stage().from().origin().display());
    if (stage.base() instanceof InputRef.FromStage other) {
      ExpandedStage below = others.get(other.index());
      if (below == null) {
        throw new IllegalStateException("stage " + other.index() + " comes later");
      }
      return new PreparedStage(
          stage, expander.expand(stage, below), null, from, Outcome.CACHED, Duration.ZERO);
    }
    Bases.Base base;
    try {
      base = base(stage, from);
    } catch (IOException failed) {
      BuildfileException located = error(stage, String.valueOf(failed.getMessage()), null);
      located.initCause(failed);
      throw located;
    }
    return new PreparedStage(
        stage,
        expander.expand(stage, baseImage(base.config().config())),
        base,
        from,
        base.wasKnown() ? Outcome.CACHED : Outcome.DONE,
        Duration.ofNanos(System.nanoTime() - begin));
  }

  private @Nullable String name(PlannedStage stage) {
    if (graph.stages().size() == 1) {
      return null;
    }
    String name = stage.stage().name();
    return name == null ? "stage-" + stage.index() : name;
  }

  private Bases.Base base(PlannedStage stage, BuildEvent.Step step)
      throws IOException, BuildfileException {
    if (stage.base() instanceof InputRef.FromContext from) {
      tools.progress().on(new BuildEvent.StepStarted(step));
      Bases.Base context = contexts.of(from.name(), wanted(stage));
      checkPlatform(stage, from.name(), BaseImages.name(context.config().platform()));
      return context;
    }
    if (!(stage.base() instanceof InputRef.FromImage image)) {
      return Bases.scratch(BaseImages.platform(wanted(stage)));
    }
    Bases.Base base;
    FileBase file = fileBase(stage, image.name());
    if (image.name().equals(Bases.HOST)) {
      tools.progress().on(new BuildEvent.StepStarted(step));
      base = bases.host(step);
    } else if (file != null) {
      tools.progress().on(new BuildEvent.StepStarted(step));
      base = fileBase(stage, file, step);
    } else {
      base = storeImage(stage, image.name());
    }
    checkPlatform(stage, image.name(), BaseImages.name(base.config().platform()));
    return base;
  }

  private Bases.Base storeImage(PlannedStage stage, String name)
      throws IOException, BuildfileException {
    if (pull == PullPolicy.ALWAYS) {
      throw error(
          stage,
          "--pull=always of " + name + ": jbuild cannot fetch images yet",
          "with --pull=missing or never the one in the store is used");
    }
    Image image = images.find(name, wanted(stage));
    if (image == null) {
      String near = Suggestion.hint(name, earlierStages(stage.index()));
      throw error(
          stage,
          "no image of that name in " + tools.root() + ": " + name,
          near != null ? near : "jbuild images lists those there are, jbuild import makes one");
    }
    return Bases.image(tools.images(), image);
  }

  private List<String> earlierStages(int index) {
    List<String> names = new ArrayList<>();
    for (Stage stage : graph.buildfile().stages().subList(0, index)) {
      String name = stage.name();
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  /** What the stage is to be for. */
  private PlatformName wanted(PlannedStage stage) {
    PlatformName own = stage.platform();
    return own == null ? graph.request().targetPlatform() : own;
  }

  /**
   * A base for another platform is an error where one was asked for. Where none was, the base says
   * what the image is for, as with BuildKit and images that are there for one platform only.
   */
  private void checkPlatform(PlannedStage stage, String name, PlatformName is)
      throws BuildfileException {
    PlatformName wanted = wanted(stage);
    if (BaseImages.isFor(is, wanted)) {
      return;
    }
    if (stage.platform() != null
        || !graph.request().targetPlatform().equals(graph.request().platform())) {
      throw error(
          stage,
          "base is for " + is + ", not for " + wanted + ": " + name,
          "import an image for " + wanted + ", or leave the platform out");
    }
    tools
        .progress()
        .on(
            new BuildEvent.Warning(
                graph.buildfile().place(stage.stage().from().base().range())
                    + ": base is for "
                    + is
                    + ", and so will be the image: "
                    + name));
  }

  private BuildfileException error(PlannedStage stage, String message, @Nullable String hint) {
    return graph.buildfile().error(stage.stage().from().base().range(), message, hint);
  }

  /** Null for the name of an image. Only a directory has files beside its Buildfile. */
  private @Nullable FileBase fileBase(PlannedStage stage, String name) throws BuildfileException {
    Path start =
        context instanceof ContextTree.OnDisk disk
            ? disk.directory()
            : Path.of("").toAbsolutePath();
    FileBase file = FileBase.parse(name, start);
    if (file != null && context instanceof ContextTree.InStore stored && stored.isForeign()) {
      throw graph
          .buildfile()
          .error(
              stage.stage().from().base().range(),
              name + ": a file of this machine, and the context is not: " + stored.name(),
              "use a directory as context, or --build-context");
    }
    return file;
  }

  private Bases.Base fileBase(PlannedStage stage, FileBase file, BuildEvent.Step step)
      throws IOException, BuildfileException {
    if (!Files.exists(file.path())) {
      throw graph
          .buildfile()
          .error(
              stage.stage().from().base().range(),
              file.typed() + ": there is no file " + file.path(),
              "relative paths start at the context, " + context.name());
    }
    return files.of(file, step);
  }

  private static BaseImage baseImage(RuntimeConfig config) {
    return new BaseImage(
        config.env(),
        config.workingDir(),
        config.user(),
        config.shell(),
        config.labels().keySet(),
        config.volumes(),
        config.exposedPorts());
  }
}
