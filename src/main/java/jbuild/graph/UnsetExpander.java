package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.Suggestion;
import jbuild.buildfile.SyntaxException;
import jbuild.buildfile.Warning;
import jbuild.buildfile.Word;

/** UNSET: names that are not set are no error, but a warning, since they may be misspelt. */
final class UnsetExpander {
  private final Buildfile buildfile;
  private final StageScope scope;
  private final WordExpander words;
  private final List<Warning> warnings;

  UnsetExpander(Buildfile buildfile, StageScope scope, WordExpander words, List<Warning> warnings) {
    this.buildfile = buildfile;
    this.scope = scope;
    this.words = words;
    this.warnings = warnings;
  }

  Operation expand(Vertex vertex, Instruction.Unset unset) throws BuildfileException {
    List<String> written = words.expandAll(unset.names());
    List<String> names = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      Word word = unset.names().get(i);
      for (String name : names(unset.kind(), written.get(i), word)) {
        names.add(name);
        List<String> known = List.copyOf(scope.names(unset.kind()));
        if (!scope.unset(unset.kind(), name)) {
          String hint = Suggestion.hint(name, known);
          warnings.add(
              new Warning(
                  word.range(),
                  "UNSET "
                      + unset.kind()
                      + " of what is not set: "
                      + name
                      + (hint == null ? "" : " (" + hint + ")")));
        }
      }
    }
    return new Operation.UnsetOp(
        vertex, unset.kind(), names, "UNSET " + unset.kind() + " " + String.join(" ", written));
  }

  private List<String> names(Instruction.Unset.Kind kind, String name, Word word)
      throws BuildfileException {
    if (name.isEmpty()) {
      throw buildfile.error(word.range(), "name is empty after expansion");
    }
    if (kind != Instruction.Unset.Kind.EXPOSE) {
      return List.of(name);
    }
    try {
      return PortSpecs.parse(name);
    } catch (SyntaxException e) {
      throw buildfile.error(word.range(), String.valueOf(e.getMessage()));
    }
  }
}
