package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.ExpansionBudget;
import jbuild.buildfile.Flag;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.SyntaxException;
import jbuild.buildfile.Variables;
import jbuild.buildfile.Word;
import org.jspecify.annotations.Nullable;

/** Expands words of one file; what cannot be expanded is an error at the word's place. */
final class WordExpander {
  private final Buildfile buildfile;
  private final ShellWords words;
  private final ShellWords contents;
  private final Variables variables;
  private final Function<String, @Nullable String> hints;

  /**
   * @param hints what helps with a variable that must be set and is not
   */
  WordExpander(
      Buildfile buildfile,
      ExpansionBudget budget,
      Variables variables,
      Function<String, @Nullable String> hints) {
    this.buildfile = buildfile;
    this.words = ShellWords.withEscape(buildfile.directives().escape()).within(budget);
    // In here-documents always the backslash, and quotes are text (BuildKit, convert.go dispatch).
    this.contents = ShellWords.withEscape('\\').quotesArePlain().within(budget);
    this.variables = variables;
    this.hints = hints;
  }

  String expand(Word word) throws BuildfileException {
    return expand(words, word.text(), word.range());
  }

  List<String> expandAll(List<Word> list) throws BuildfileException {
    List<String> expanded = new ArrayList<>(list.size());
    for (Word word : list) {
      expanded.add(expand(word));
    }
    return expanded;
  }

  List<String> split(Word word) throws BuildfileException {
    try {
      return words.split(word.text(), variables);
    } catch (SyntaxException e) {
      throw error(word.range(), word.text(), e);
    }
  }

  /** The value of a flag, or null if there is no flag or its value is empty. */
  @Nullable String expand(@Nullable Flag flag) throws BuildfileException {
    String value = flag == null ? null : flag.value();
    if (flag == null || value == null) {
      return null;
    }
    String expanded = expand(words, value, flag.range());
    return expanded.isEmpty() ? null : expanded;
  }

  String expandContent(String content, SourceRange range) throws BuildfileException {
    return expand(contents, content, range);
  }

  private String expand(ShellWords rules, String text, SourceRange range)
      throws BuildfileException {
    try {
      return rules.expand(text, variables);
    } catch (SyntaxException e) {
      throw error(range, text, e);
    }
  }

  private BuildfileException error(SourceRange range, String text, SyntaxException e) {
    int newline = text.indexOf('\n');
    String shown = newline < 0 ? text : text.substring(0, newline) + "...";
    String variable = e.variable();
    return buildfile.error(
        range,
        "expand " + shown + ": " + e.getMessage(),
        variable == null ? null : hints.apply(variable));
  }
}
