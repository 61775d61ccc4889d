package jbuild.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.ExpansionBudget;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.Stage;
import jbuild.buildfile.SyntaxException;
import jbuild.graph.PlatformName;

/** Looks at a file with all rules. */
public final class Checker {
  /** The build argument that stands for the file's directive, as in BuildKit. */
  private static final String CHECK_ARGUMENT = "BUILDKIT_DOCKERFILE_CHECK";

  private final Buildfile buildfile;
  private final CheckRequest request;
  private final Comments comments;
  private final CheckConfig config;
  private final Report report = new Report();
  private final ShellWords words;
  private final List<Site> sites = new ArrayList<>();

  private Checker(Buildfile buildfile, CheckRequest request) throws BuildfileException {
    this.buildfile = buildfile;
    this.request = request;
    this.comments = new Comments(buildfile);
    this.config = config();
    this.words =
        ShellWords.withEscape(buildfile.directives().escape()).within(new ExpansionBudget());
  }

  /**
   * What the rules found.
   *
   * @param findings in the order of the file
   * @param failsBuild whether the file says that they are errors: {@code check=error=true}
   * @param suppressions for rules that have their say later
   */
  public record Result(List<Finding> findings, boolean failsBuild, Suppressions suppressions) {
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /** Fails when the file's own {@code check} directive cannot be understood. */
  public static Result check(Buildfile buildfile, CheckRequest request) throws BuildfileException {
    Checker checker = new Checker(buildfile, request);
    checker.run();
    List<Finding> findings = checker.report.sorted();
    boolean fails =
        checker.config.error()
            && findings.stream().anyMatch(finding -> finding.rule().isBuildKits());
    return new Result(findings, fails, new Suppressions(checker.config, checker.sites));
  }

  private CheckConfig config() throws BuildfileException {
    String given = request.buildArgs().get(CHECK_ARGUMENT);
    String text = given != null ? given : buildfile.directives().check();
    try {
      return text == null ? CheckConfig.NONE : CheckConfig.parse(text);
    } catch (SyntaxException e) {
      if (given != null) {
        throw buildfile.error("--build-arg " + CHECK_ARGUMENT + ": " + e.getMessage(), null);
      }
      int line = Math.max(1, comments.directive("check"));
      throw buildfile.error(
          new SourceRange(line, 1, line, buildfile.line(line).length() + 1),
          String.valueOf(e.getMessage()),
          "for example # check=skip=UndefinedVar;error=true");
    }
  }

  private void run() {
    collectSites();
    for (Site site : sites) {
      NamingRules.check(site);
    }
    new FileRules(buildfile, config, report).check(sites);
    if (request.dockerfile()) {
      PortableRules.check(buildfile, comments, config, report, sites);
      PortableRules.ignoreFile(buildfile, request.ignoreFile(), config, report);
    }
    stages();
  }

  private void collectSites() {
    int last = 0;
    for (Instruction.Arg arg : buildfile.globalArgs()) {
      last = add(arg, last);
    }
    for (Stage stage : buildfile.stages()) {
      last = add(stage.from(), last);
      for (Instruction instruction : stage.instructions()) {
        last = add(instruction, last);
      }
    }
  }

  private int add(Instruction instruction, int last) {
    SourceRange range = instruction.origin().range();
    boolean included = range.file() > 0;
    List<String> before = included ? List.of() : comments.before(last, range.startLine());
    CheckConfig local = Comments.config(config, before);
    sites.add(new Site(buildfile, instruction, local, before, report));
    return included ? last : range.endLine();
  }

  private void stages() {
    Globals defaults = Globals.of(buildfile, Map.of(), request.platform(), targetName(), words);
    Globals globals =
        Globals.of(buildfile, request.buildArgs(), request.platform(), targetName(), words);
    List<String> bases = new ArrayList<>();
    for (Stage stage : buildfile.stages()) {
      String written = stage.from().base().text();
      bases.add(Expansion.of(words, written, globals.values()).text());
    }
    StageLinks links = new StageLinks(buildfile, bases);
    StageWalk walk = new StageWalk(request, comments, words, globals, links, names());
    int target = links.target(request.target());
    BitSet needed = links.neededFor(Math.max(0, target));
    int next = buildfile.globalArgs().size();
    for (Stage stage : buildfile.stages()) {
      List<Site> own = sites.subList(next, next + 1 + stage.instructions().size());
      next += own.size();
      FromRules from = new FromRules(own.get(0), stage.from(), words, globals);
      from.checkDefault(defaults, config, links);
      from.checkArguments();
      boolean looked = request.target() == null || needed.get(stage.index());
      String base = bases.get(stage.index());
      if (looked && isImage(links, stage, base)) {
        from.checkImage(base, request.images(), platform(stage, globals), config);
      }
      walk.walk(stage, base, own.subList(1, own.size()), looked);
    }
  }

  private static boolean isImage(StageLinks links, Stage stage, String base) {
    return links.base(stage.index()) < 0 && !base.equals("scratch") && !FromRules.isOurs(base);
  }

  private PlatformName platform(Stage stage, Globals globals) {
    var flag = stage.from().platform();
    String value = flag == null ? null : flag.value();
    PlatformName platform =
        value == null ? null : FromRules.parse(Expansion.of(words, value, globals.values()).text());
    return platform == null ? request.platform() : platform;
  }

  private String targetName() {
    String target = request.target();
    String last = buildfile.stages().get(buildfile.stages().size() - 1).name();
    return target != null ? target : last == null ? "default" : last;
  }

  /** Every name that an ARG or ENV has. */
  private Set<String> names() {
    Set<String> names = new HashSet<>();
    for (Site site : sites) {
      if (site.instruction() instanceof Instruction.Arg arg) {
        arg.definitions().forEach(definition -> names.add(definition.name().text()));
      } else if (site.instruction() instanceof Instruction.Env env) {
        env.pairs().forEach(pair -> names.add(pair.name().text()));
      }
    }
    return names;
  }
}
