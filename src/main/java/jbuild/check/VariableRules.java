package jbuild.check;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.ExpansionBudget;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Heredoc;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.Word;
import org.jspecify.annotations.Nullable;

/**
 * Expands the words of an instruction in BuildKit's order (convert.go, dispatch), says which
 * variables nothing sets, and makes ENV and ARG known to what follows.
 *
 * <p>Where the base image is not at hand it may set any variable. Then only those are reported that
 * look like a slip: nearly a known name, or a name that another place of the file declares.
 */
final class VariableRules {
  private final ShellWords words;
  private final ShellWords contents =
      ShellWords.withEscape('\\').quotesArePlain().within(new ExpansionBudget());
  private final Globals globals;
  private final Map<String, String> buildArgs;

  /** All names that ARG and ENV have anywhere in the file. */
  private final Set<String> elsewhere;

  VariableRules(
      ShellWords words, Globals globals, Map<String, String> buildArgs, Set<String> elsewhere) {
    this.words = words;
    this.globals = globals;
    this.buildArgs = buildArgs;
    this.elsewhere = elsewhere;
  }

  void check(Site site, StageScope scope) {
    Instruction instruction = site.instruction();
    for (Flag flag : instruction.origin().flags()) {
      String value = flag.value();
      if (value != null && isExpanded(flag.name())) {
        expand(site, scope, new Word(value, flag.range()));
      }
    }
    if (instruction instanceof Instruction.Env env) {
      env(site, scope, env);
    } else if (instruction instanceof Instruction.Arg arg) {
      arg(site, scope, arg);
    } else if (instruction instanceof Instruction.Label label) {
      for (Instruction.Pair pair : label.pairs()) {
        expand(site, scope, pair.name());
        expand(site, scope, pair.value());
      }
    } else if (instruction instanceof Instruction.Copy copy) {
      transfer(site, scope, copy.transfer());
    } else if (instruction instanceof Instruction.Add add) {
      transfer(site, scope, add.transfer());
    } else if (instruction instanceof Instruction.User user) {
      expand(site, scope, user.user());
    } else if (instruction instanceof Instruction.Workdir workdir) {
      expand(site, scope, workdir.path());
    } else if (instruction instanceof Instruction.StopSignal signal) {
      expand(site, scope, signal.signal());
    } else if (instruction instanceof Instruction.Volume volume) {
      expandAll(site, scope, volume.paths());
    }
  }

  private static boolean isExpanded(String flag) {
    return switch (flag) {
      case "chown", "chmod", "checksum", "exclude", "mount" -> true;
      default -> false;
    };
  }

  private void env(Site site, StageScope scope, Instruction.Env env) {
    // All values are expanded before the first takes effect.
    Map<String, String> values = new LinkedHashMap<>();
    for (Instruction.Pair pair : env.pairs()) {
      String name = expand(site, scope, pair.name());
      values.put(name, expand(site, scope, pair.value()));
    }
    scope.variables().putAll(values);
  }

  private void arg(Site site, StageScope scope, Instruction.Arg arg) {
    for (Instruction.Definition definition : arg.definitions()) {
      String name = definition.name().text();
      Word standard = definition.value();
      String value = buildArgs.get(name);
      if (value == null && standard != null) {
        value = expand(site, scope, standard);
      } else if (value == null) {
        value = globals.values().get(name);
      }
      if (value != null) {
        scope.variables().put(name, value);
      }
      scope.declared().add(name);
    }
  }

  private void transfer(Site site, StageScope scope, Instruction.Transfer transfer) {
    expandAll(site, scope, transfer.sources());
    expand(site, scope, transfer.destination());
    for (Heredoc file : transfer.files()) {
      if (file.expand()) {
        Expansion expansion = Expansion.of(contents, file.content(), scope.variables());
        undefined(site, scope, expansion, null);
      }
    }
  }

  private void expandAll(Site site, StageScope scope, List<Word> list) {
    for (Word word : list) {
      expand(site, scope, word);
    }
  }

  private String expand(Site site, StageScope scope, Word word) {
    Expansion expansion = Expansion.of(words, word.text(), scope.variables());
    undefined(site, scope, expansion, word);
    return expansion.text();
  }

  private void undefined(Site site, StageScope scope, Expansion expansion, @Nullable Word word) {
    for (String name : expansion.unmatched()) {
      if (scope.declared().contains(name)) {
        continue;
      }
      Collection<String> known = scope.variables().keySet();
      String near = NearMiss.of(name, known);
      if (near == null && !scope.isEnvironmentKnown() && !elsewhere.contains(name)) {
        continue;
      }
      String hint =
          near == null && globals.names().contains(name)
              ? "ARG " + name + " before the first FROM reaches a stage by ARG " + name
              : null;
      site.warn(
          Rule.UNDEFINED_VAR,
          word == null ? site.range() : site.at(word),
          "Usage of undefined variable '$"
              + name
              + "'"
              + (near == null ? "" : " (did you mean $" + near + "?)"),
          hint);
    }
  }
}
