package jbuild.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.ExpansionBudget;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.Stage;
import jbuild.buildfile.Suggestion;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/** Resolves names of stages, finds what the target needs, and leaves the rest out. */
public final class Planner {
  private final Buildfile buildfile;
  private final BuildRequest request;
  private final Map<String, String> globals;
  private final WordExpander expander;
  private final StageTriggers triggers;

  /** The last variable that was asked for and is not there. */
  private @Nullable String missing;

  private final List<PlannedStage> planned = new ArrayList<>();

  /** The latest stage of each name among those planned so far: a later one hides the earlier. */
  private final Map<String, Integer> names = new HashMap<>();

  private final Map<String, Integer> allNames = new HashMap<>();

  private Planner(Buildfile buildfile, BuildRequest request, BaseTriggers images, int target)
      throws BuildfileException {
    this.buildfile = buildfile;
    this.request = request;
    String name = buildfile.stages().get(target).name();
    this.globals = GlobalScope.of(buildfile, request, name == null ? "default" : name);
    this.expander =
        new WordExpander(buildfile, new ExpansionBudget(), this::global, this::nearGlobal);
    this.triggers = new StageTriggers(buildfile, images);
  }

  /** Plans a build whose images have no triggers. */
  public static BuildGraph plan(Buildfile buildfile, BuildRequest request)
      throws BuildfileException {
    return plan(buildfile, request, BaseTriggers.NONE);
  }

  /** Plans a build; wrong references and unknown targets are errors, reachable or not. */
  public static BuildGraph plan(Buildfile buildfile, BuildRequest request, BaseTriggers images)
      throws BuildfileException {
    int target = target(buildfile, request.target());
    return new Planner(buildfile, request, images, target).plan(target);
  }

  private BuildGraph plan(int target) throws BuildfileException {
    for (Stage stage : buildfile.stages()) {
      String name = stage.name();
      if (name != null) {
        allNames.put(name, stage.index());
      }
    }
    for (Stage stage : buildfile.stages()) {
      planned.add(planStage(stage));
      String name = stage.name();
      if (name != null) {
        names.put(name, stage.index());
      }
    }
    List<PlannedStage> needed = new ArrayList<>();
    BitSet reachable = reachable(target);
    for (PlannedStage stage : planned) {
      // References only point backwards, so the order of the file is an order of work.
      if (reachable.get(stage.index())) {
        needed.add(stage);
      }
    }
    return new BuildGraph(
        buildfile,
        request,
        needed,
        globals,
        unusedBuildArgs(),
        GlobalScope.sourceDateEpoch(buildfile, request, globals));
  }

  private static int target(Buildfile buildfile, @Nullable String wanted)
      throws BuildfileException {
    List<Stage> stages = buildfile.stages();
    if (wanted == null) {
      return stages.size() - 1;
    }
    String name = wanted.toLowerCase(Locale.ROOT);
    List<String> known = new ArrayList<>();
    for (int i = stages.size() - 1; i >= 0; i--) {
      String stageName = stages.get(i).name();
      if (name.equals(stageName)) {
        return i;
      }
      if (stageName != null) {
        known.add(stageName);
      }
    }
    int index = number(wanted);
    if (index >= 0 && index < stages.size()) {
      return index;
    }
    throw buildfile.error("target stage not found: " + wanted, Suggestion.hint(wanted, known));
  }

  private PlannedStage planStage(Stage stage) throws BuildfileException {
    String own = stage.name();
    if (own != null && request.contexts().contains(own)) {
      return new PlannedStage(stage, new InputRef.FromContext(own), null, List.of());
    }
    Instruction.From from = stage.from();
    missing = null;
    String base = expander.expand(from.base());
    if (base.isEmpty()) {
      String near = missing == null ? null : nearGlobal(missing);
      throw buildfile.error(
          from.base().range(),
          "FROM names nothing: " + from.base(),
          near != null ? near : "only an ARG before the first FROM is known here");
    }
    InputRef start = base(base);
    PlatformName platform = platform(from.platform());
    PlatformName wanted = platform == null ? request.targetPlatform() : platform;
    List<Vertex> vertices = new ArrayList<>();
    for (Instruction trigger : triggers.of(stage, start, wanted)) {
      try {
        InputRef input = input(stage, trigger);
        List<InputRef> mounted = mounted(stage, trigger);
        vertices.add(new Vertex(stage.index(), vertices.size() + 1, trigger, input, mounted, true));
      } catch (BuildfileException e) {
        throw StageTriggers.error(buildfile, trigger, e);
      }
    }
    for (Instruction instruction : stage.instructions()) {
      InputRef input = input(stage, instruction);
      List<InputRef> mounted = mounted(stage, instruction);
      vertices.add(
          new Vertex(stage.index(), vertices.size() + 1, instruction, input, mounted, false));
    }
    return new PlannedStage(stage, start, platform, vertices);
  }

  private @Nullable String global(String name) {
    String value = globals.get(name);
    if (value == null) {
      missing = name;
    }
    return value;
  }

  private @Nullable String nearGlobal(String name) {
    return Suggestion.hint(name, List.copyOf(globals.keySet()));
  }

  private InputRef base(String name) {
    // A stage of that name further down is not meant: FROM alpine AS alpine is an image.
    Integer stage = names.get(name.toLowerCase(Locale.ROOT));
    if (stage != null) {
      return new InputRef.FromStage(stage);
    }
    return name.equals("scratch") ? new InputRef.Scratch() : outside(name);
  }

  private @Nullable PlatformName platform(@Nullable Flag flag) throws BuildfileException {
    if (flag == null || "".equals(flag.value())) {
      return null; // an empty one is none, one that becomes empty is a mistake, as in BuildKit
    }
    String value = expander.expand(flag);
    if (value == null) {
      throw buildfile.error(flag.range(), "--platform names nothing: " + flag.value());
    }
    try {
      return PlatformName.parse(value);
    } catch (SyntaxException e) {
      throw buildfile.error(flag.range(), String.valueOf(e.getMessage()));
    }
  }

  private InputRef input(Stage stage, Instruction instruction) throws BuildfileException {
    Flag flag = instruction instanceof Instruction.Copy copy ? copy.from() : null;
    String name = flag == null ? null : flag.value();
    if (flag == null || name == null || name.isEmpty()) {
      return new InputRef.Context();
    }
    return named(stage, name, flag.range());
  }

  private List<InputRef> mounted(Stage stage, Instruction instruction) throws BuildfileException {
    List<InputRef> inputs = new ArrayList<>();
    for (Flag flag : instruction.origin().flags()) {
      if (instruction instanceof Instruction.Run && flag.name().equals("mount")) {
        String from = MountFields.from(buildfile, flag);
        inputs.add(from == null ? new InputRef.Context() : named(stage, from, flag.range()));
      }
    }
    return inputs;
  }

  /** What {@code from} means: a stage by name or number, else an image. */
  private InputRef named(Stage stage, String name, SourceRange range) throws BuildfileException {
    if (name.indexOf('$') >= 0) {
      throw buildfile.error(
          range,
          "--from does not expand variables: " + name,
          "give the image a name with FROM " + name + " AS a name");
    }
    int index = number(name);
    if (index >= 0) {
      return stageInput(stage, index, name, range);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    Integer earlier = names.get(lower);
    if (earlier != null) {
      return new InputRef.FromStage(earlier);
    }
    Integer later = allNames.get(lower);
    if (later != null) {
      return stageInput(stage, later, name, range);
    }
    return outside(name);
  }

  /** What no stage is called. */
  private InputRef outside(String name) {
    String context = ContextName.of(name);
    return request.contexts().contains(context)
        ? new InputRef.FromContext(context)
        : new InputRef.FromImage(name);
  }

  private InputRef stageInput(Stage stage, int index, String name, SourceRange range)
      throws BuildfileException {
    if (index >= buildfile.stages().size()) {
      throw buildfile.error(
          range,
          "no stage with this number: " + name,
          "the last one is " + (buildfile.stages().size() - 1));
    }
    if (index == stage.index()) {
      throw buildfile.error(range, "stage copies from itself: " + name);
    }
    if (index > stage.index()) {
      throw buildfile.error(range, "stage comes later in the file: " + name);
    }
    return new InputRef.FromStage(index);
  }

  /** A small decimal number, or -1. */
  private static int number(String text) {
    if (text.isEmpty() || text.length() > 6) {
      return -1;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return -1;
      }
    }
    return Integer.parseInt(text);
  }

  private BitSet reachable(int target) {
    BitSet reachable = new BitSet();
    reachable.set(target);
    for (int i = target; i >= 0; i--) {
      if (reachable.get(i)) {
        mark(reachable, planned.get(i).base());
        for (Vertex vertex : planned.get(i).vertices()) {
          mark(reachable, vertex.input());
          vertex.mounted().forEach(input -> mark(reachable, input));
        }
      }
    }
    return reachable;
  }

  private static void mark(BitSet reachable, InputRef input) {
    if (input instanceof InputRef.FromStage stage) {
      reachable.set(stage.index());
    }
  }

  private List<String> unusedBuildArgs() {
    Set<String> declared = new HashSet<>(globals.keySet());
    for (Instruction.Arg arg : buildfile.globalArgs()) {
      addNames(declared, arg);
    }
    for (PlannedStage stage : planned) {
      for (Vertex vertex : stage.vertices()) {
        if (vertex.instruction() instanceof Instruction.Arg arg) {
          addNames(declared, arg);
        }
      }
    }
    List<String> unused = new ArrayList<>();
    for (String name : request.buildArgs().keySet()) {
      boolean known =
          declared.contains(name) || ProxyArgs.isProxy(name) || name.equals("SOURCE_DATE_EPOCH");
      if (!known) {
        unused.add(name);
      }
    }
    return unused;
  }

  private static void addNames(Set<String> names, Instruction.Arg arg) {
    for (Instruction.Definition definition : arg.definitions()) {
      names.add(definition.name().text());
    }
  }
}
