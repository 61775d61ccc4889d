package jbuild.buildfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoreRulesTest {
  private static IgnoreRules rules(String... lines) throws BuildfileException {
    return IgnoreRules.parse(".dockerignore", String.join("\n", lines).getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "*.log, x.log, true",
    "*.log, a/x.log, false",
    "**/*.log, a/b/x.log, true",
    "**/*.log, x.log, true",
    "a/**, a, false",
    "a/**, a/b/c, true",
    "**/b, a/b/c, true",
    "a/**/c, a/c, true",
    "a/**/c, a/x/y/c, true",
    "a/**/c, a/xc, false",
    "**, anything/at/all, true",
    "dir, dir/deep/file, true",
    "/dir/, dir/file, true",
    "./a/../b, b, true",
    "a?c, a/c, false",
    "[a-c]x, bx, true",
    "[^a-c]x, bx, false",
    "\\*x, *x, true",
    "\\*x, yx, false",
    "**tail, a/headtail, true",
    "a**z, az, true",
    "a**z, a/b/z, true",
    ".*, .hidden, true",
  })
  void pattern(String pattern, String path, boolean excluded) throws Exception {
    assertEquals(excluded, rules(pattern).decide(path).excluded());
  }

  @Test
  void last_matching_line_decides_and_is_named() throws Exception {
    IgnoreRules rules = rules("# top", "", "*", "!keep", "keep/not");
    assertEquals(new IgnoreRules.Decision(true, 3), rules.decide("other"));
    assertEquals(new IgnoreRules.Decision(false, 4), rules.decide("keep/this"));
    assertEquals(new IgnoreRules.Decision(true, 5), rules.decide("keep/not/this"));
    assertEquals(new IgnoreRules.Decision(false, 0), rules("x").decide("y"));
  }

  @Test
  void patterns_of_flags_are_read_like_those_of_a_file() throws Exception {
    IgnoreRules rules = IgnoreRules.ofPatterns(List.of(" a/ ", "/b", "", "! b/keep"));
    assertEquals(new IgnoreRules.Decision(true, 1), rules.decide("a/x"));
    assertEquals(new IgnoreRules.Decision(true, 2), rules.decide("b/x"));
    assertEquals(new IgnoreRules.Decision(false, 4), rules.decide("b/keep"));
    assertThrows(SyntaxException.class, () -> IgnoreRules.ofPatterns(List.of("!")));
  }

  @Test
  void an_allow_list_excludes_everything_and_names_what_it_lets_in() throws Exception {
    IgnoreRules rules = rules("*", "!keep", "!dir/file", "dir2/../gone");
    assertTrue(rules.decide("other").excluded());
    assertTrue(rules.decide("dir/other").excluded());
    assertFalse(rules.decide("dir/file").excluded());
    assertFalse(rules.decide("keep/all/of/it").excluded());
    assertFalse(rules.root().enter("dir").canBePruned());
    assertTrue(rules.root().enter("other").canBePruned());
  }

  @Test
  void exception_brings_back_what_lies_below_an_excluded_directory() throws Exception {
    IgnoreRules rules = rules("sub", "!*/sub1*");
    assertTrue(rules.decide("sub/other").excluded());
    assertFalse(rules.decide("sub/sub1.txt").excluded());
    assertFalse(rules("volume/", "!**/one.txt").decide("volume/a/one.txt").excluded());
  }

  @Test
  void hash_is_a_comment_only_in_the_first_column() throws Exception {
    assertFalse(rules("#x").decide("#x").excluded());
    assertTrue(rules(" #x ").decide("#x").excluded());
  }

  @Test
  void directories_are_pruned_only_when_no_later_exception_can_match_below() throws Exception {
    assertTrue(rules("a").root().enter("a").canBePruned());
    assertTrue(rules("a", "!b/c").root().enter("a").canBePruned());
    assertTrue(rules("!a/b", "a").root().enter("a").canBePruned());
    assertFalse(rules("a", "!a/b").root().enter("a").canBePruned());
    assertFalse(rules("a", "!a/*/c").root().enter("a").canBePruned());
    assertFalse(rules("a", "!**/c").root().enter("a").canBePruned());
    assertFalse(rules("b").root().enter("a").canBePruned());
  }

  @Test
  void walking_gives_the_same_answer_as_asking_for_the_whole_path() throws Exception {
    IgnoreRules rules = rules("**/x", "!a/x/keep", "a/x/keep/not*");
    IgnoreRules.Scope scope = rules.root().enter("a").enter("a/x").enter("a/x/keep");
    assertEquals(rules.decide("a/x/keep"), scope.decision());
    assertEquals(rules.decide("a/x/keep/nothing"), scope.enter("a/x/keep/nothing").decision());
  }

  @Test
  void bad_lines_are_errors_with_their_line() {
    BuildfileException error =
        assertThrows(BuildfileException.class, () -> rules("fine", "a[b", "!"));
    assertEquals(".dockerignore:2:1: invalid pattern: a[b", error.getMessage());
    assertThrows(BuildfileException.class, () -> rules("!  "));
  }

  @ParameterizedTest
  @CsvSource({
    "*, .hidden, true",
    "*, a/b, false",
    "a*/b, ax/b, true",
    "a?b, a☺b, true",
    "[[]x, [x, true",
    "*x*y, axbxy, true",
    "a*b*c, abbcc, true",
    "a*b*c, abbcd, false",
    "'', '', true",
  })
  void copy_globs_are_those_of_go(String pattern, String name, boolean matches) throws Exception {
    assertEquals(matches, GoMatch.compile(pattern).matches(name));
  }
}
