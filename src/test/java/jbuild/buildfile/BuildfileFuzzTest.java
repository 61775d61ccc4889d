package jbuild.buildfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import jbuild.Allocation;
import org.jspecify.annotations.Nullable;

/** Any text: a tree, or an error, whose places lie in the text. */
class BuildfileFuzzTest {
  private static final List<ShellWords> LEXERS =
      List.of(
          ShellWords.withEscape('\\'),
          ShellWords.withEscape('`').keepingUnset(),
          ShellWords.withEscape('\\').quotesArePlain().keepingEscapes(),
          ShellWords.withEscape('\\').keepingQuotes());

  private static final Map<String, String> VALUES =
      Map.of("a", "1", "b", "", "c", "x y", "path", "/usr/*/bin", "long", "ab".repeat(500));

  @FuzzTest
  void parse(byte[] text) throws IOException {
    Buildfile buildfile = Allocation.atMost((4 << 20) + 3000L * text.length, () -> parsed(text));
    if (buildfile == null) {
      return;
    }
    SourceText source = SourceText.of("Buildfile", text);
    for (Warning warning : buildfile.warnings()) {
      inside(source, warning.range());
    }
    for (Stage stage : buildfile.stages()) {
      inside(source, stage.from().origin().range());
      inside(source, stage.from().base().range());
      for (Instruction instruction : stage.instructions()) {
        origin(source, instruction.origin());
      }
    }
    buildfile.globalArgs().forEach(arg -> origin(source, arg.origin()));
    assertFalse(SyntaxTreeDump.of(buildfile).isEmpty());
  }

  private static @Nullable Buildfile parsed(byte[] text) {
    try {
      return BuildfileParser.parse("Buildfile", text);
    } catch (BuildfileException refused) {
      SourceText source = SourceText.of("Buildfile", text);
      assertTrue(refused.line() <= Math.max(1, source.lines()), refused.getMessage());
      assertTrue(
          refused.column() <= source.line(refused.line()).length() + 2, refused.getMessage());
      assertTrue(refused.render().length() < 2000);
      return null;
    }
  }

  private static void origin(SourceText source, Origin origin) {
    inside(source, origin.range());
    origin.flags().forEach(flag -> inside(source, flag.range()));
  }

  private static void inside(SourceText source, SourceRange range) {
    assertTrue(range.endLine() <= source.lines(), () -> "beyond the end: " + range);
    assertTrue(range.startColumn() <= source.line(range.startLine()).length() + 1, range::toString);
    assertTrue(range.endColumn() <= source.rawLine(range.endLine()).length() + 1, range::toString);
  }

  @FuzzTest
  void words(byte[] input) throws IOException {
    String text = new String(input, UTF_8);
    for (ShellWords lexer : LEXERS) {
      Allocation.atMost((16 << 20) + 20_000L * input.length, () -> expand(lexer, text));
    }
  }

  private static String expand(ShellWords lexer, String text) {
    try {
      String expanded = lexer.expand(text, VALUES::get);
      assertTrue(expanded.length() <= Limits.EXPANSION_LENGTH);
      if (text.chars().noneMatch(c -> "$'\"\\`".indexOf(c) >= 0)) {
        assertEquals(text, expanded);
      }
      for (String word : lexer.split(text, VALUES::get)) {
        assertFalse(word.isEmpty() && !text.contains("'") && !text.contains("\""));
      }
      return expanded;
    } catch (SyntaxException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /** The lines up to the first empty one are the ignore file, those after it paths. */
  @FuzzTest
  void ignore(byte[] input) throws IOException {
    String text = new String(input, UTF_8);
    int end = text.indexOf("\n\n");
    String file = end < 0 ? text : text.substring(0, end);
    IgnoreRules rules;
    try {
      rules = IgnoreRules.parse(".dockerignore", file.getBytes(UTF_8));
    } catch (BuildfileException refused) {
      assertTrue(refused.line() >= 1 && refused.line() <= file.lines().count() + 1);
      return;
    }
    String paths = end < 0 ? "" : text.substring(end + 2);
    for (String path : paths.split("\n", 20)) {
      String clean = CleanPath.of("/" + path).substring(1);
      if (!clean.isEmpty() && clean.length() < 200) {
        walk(rules, clean);
      }
    }
  }

  /** A walk that goes down decides as the rules do, and leaves out nothing that is wanted. */
  private static void walk(IgnoreRules rules, String path) {
    IgnoreRules.Scope scope = rules.root();
    boolean pruned = false;
    for (int at = 0; at >= 0; ) {
      int slash = path.indexOf('/', at);
      scope = scope.enter(slash < 0 ? path : path.substring(0, slash));
      boolean excluded = scope.decision().excluded();
      assertTrue(excluded || !pruned, () -> path + " is wanted, below what was pruned");
      pruned |= scope.canBePruned();
      at = slash < 0 ? -1 : slash + 1;
    }
    assertEquals(rules.decide(path), scope.decision());
  }

  /** A pattern and, after a line feed, a name. */
  @FuzzTest
  void glob(byte[] input) {
    String text = new String(input, UTF_8);
    int end = text.indexOf('\n');
    String pattern = end < 0 ? text : text.substring(0, end);
    String name = text.substring(end + 1);
    try {
      boolean matches = GoMatch.compile(pattern).matches(name);
      if (!GoMatch.hasWildcard(pattern) && pattern.indexOf('\\') < 0) {
        assertEquals(pattern.equals(name), matches);
      }
    } catch (SyntaxException refused) {
      assertTrue(pattern.indexOf('[') >= 0 || pattern.indexOf('\\') >= 0);
    }
  }
}
