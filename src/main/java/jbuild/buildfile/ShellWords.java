package jbuild.buildfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Quotes and variables as the builder itself understands them, which is less than a shell does:
 * single and double quotes, the escape character, {@code $name} and the substitutions below
 * (reference, "Environment replacement").
 *
 * <ul>
 *   <li><code>${a:-w} ${a:+w} ${a:?w}</code> test for unset or empty, without the colon for unset;
 *   <li><code>${a#p} ${a##p} ${a%p} ${a%%p}</code> drop the shortest or longest prefix or suffix;
 *   <li><code>${a/p/w} ${a//p/w}</code> replace the first or every match.
 * </ul>
 *
 * Immutable; one instance serves any number of texts, and of threads unless it has a budget.
 */
public final class ShellWords {
  private final int escape;
  private final boolean keepQuotes;
  private final boolean keepEscapes;
  private final boolean quotesArePlain;
  private final boolean keepUnset;
  private final @Nullable ExpansionBudget budget;

  private ShellWords(
      int escape,
      boolean keepQuotes,
      boolean keepEscapes,
      boolean quotesArePlain,
      boolean keepUnset,
      @Nullable ExpansionBudget budget) {
    this.escape = escape;
    this.keepQuotes = keepQuotes;
    this.keepEscapes = keepEscapes;
    this.quotesArePlain = quotesArePlain;
    this.keepUnset = keepUnset;
    this.budget = budget;
  }

  /** Plain expansion with the file's escape character. */
  public static ShellWords withEscape(char escape) {
    return new ShellWords(escape, false, false, false, false, null);
  }

  /** Quotes have no meaning and stay, as in the content of a here-document. */
  public ShellWords quotesArePlain() {
    return new ShellWords(escape, keepQuotes, keepEscapes, true, keepUnset, budget);
  }

  /** Quotes group words, but are part of the result. */
  public ShellWords keepingQuotes() {
    return new ShellWords(escape, true, keepEscapes, quotesArePlain, keepUnset, budget);
  }

  /** Escape characters are part of the result. */
  public ShellWords keepingEscapes() {
    return new ShellWords(escape, keepQuotes, true, quotesArePlain, keepUnset, budget);
  }

  /** References to variables that are not set are part of the result. */
  public ShellWords keepingUnset() {
    return new ShellWords(escape, keepQuotes, keepEscapes, quotesArePlain, true, budget);
  }

  /** What all expansions give together comes out of {@code newBudget}. */
  public ShellWords within(ExpansionBudget newBudget) {
    return new ShellWords(escape, keepQuotes, keepEscapes, quotesArePlain, keepUnset, newBudget);
  }

  /** The text with quotes removed and variables replaced; blanks stay. */
  public String expand(String text, Variables variables) throws SyntaxException {
    return run(text, variables).text();
  }

  /** As {@link #expand}, then split at blanks that were not quoted; empty words vanish. */
  public List<String> split(String text, Variables variables) throws SyntaxException {
    return run(text, variables).words();
  }

  private ShellLexer.Result run(String text, Variables variables) throws SyntaxException {
    if (budget == null) {
      return new ShellLexer(this, text, variables).run();
    }
    budget.spend(0); // once it is used up, there is no more work
    ShellLexer.Result result = new ShellLexer(this, text, variables).run();
    budget.spend(result.length());
    return result;
  }

  int escape() {
    return escape;
  }

  boolean keepsQuotes() {
    return keepQuotes;
  }

  boolean keepsEscapes() {
    return keepEscapes;
  }

  boolean hasPlainQuotes() {
    return quotesArePlain;
  }

  boolean keepsUnset() {
    return keepUnset;
  }
}
