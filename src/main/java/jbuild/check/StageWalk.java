package jbuild.check;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.Stage;

/** Goes through the stages as a build would, with what it knows at each instruction. */
final class StageWalk {
  private final CheckRequest request;
  private final StageLinks links;
  private final VariableRules variables;
  private final ConfigRules configuration;
  private final CopyRules copies;
  private final boolean strictShell;
  private final BitSet shipped;
  private final Map<Integer, StageScope> done = new HashMap<>();

  /**
   * @param names that ARG and ENV have anywhere
   */
  StageWalk(
      CheckRequest request,
      Comments comments,
      ShellWords words,
      Globals globals,
      StageLinks links,
      Set<String> names) {
    this.request = request;
    this.links = links;
    this.variables = new VariableRules(words, globals, request.buildArgs(), names);
    this.configuration = new ConfigRules(words);
    this.copies = new CopyRules(words, request.ignore(), links);
    this.strictShell = comments.jbuildSays("strict-shell");
    this.shipped = links.shipped(request.target());
  }

  /**
   * Walks a stage.
   *
   * @param base what it starts from, expanded
   * @param looked whether its findings are wanted; what it sets matters to others in any case
   */
  void walk(Stage stage, String base, List<Site> sites, boolean looked) {
    StageScope scope = start(stage, base);
    for (Site site : sites) {
      Site quiet =
          new Site(
              site.buildfile(), site.instruction(), site.config(), site.comments(), new Report());
      instruction(looked ? site : quiet, scope, shipped.get(stage.index()));
    }
    done.put(stage.index(), scope);
  }

  private StageScope start(Stage stage, String base) {
    StageScope below = done.get(links.base(stage.index()));
    if (below != null) {
      return below.next();
    }
    if (base.equals("scratch")) {
      return StageScope.of(List.of(), true);
    }
    KnownImages.Facts facts = request.images().find(base);
    return facts == null
        ? StageScope.of(List.of(), KnownImages.isPlain(base))
        : StageScope.of(facts.environment(), true);
  }

  private void instruction(Site site, StageScope scope, boolean layersMatter) {
    variables.check(site, scope);
    configuration.check(site, scope);
    copies.check(site, scope);
    if (!(site.instruction() instanceof Instruction.Run run)) {
      return;
    }
    RunScript script = RunScript.of(run, scope.shell());
    if (!strictShell) {
      ShellRules.check(site, script);
    }
    if (layersMatter) {
      LayerRules.check(site, scope, script);
      PackageRules.check(site, scope, script);
    }
    LayerRules.remember(scope, run, script);
  }
}
