package jbuild.buildfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DirectivesTest {
  private static Buildfile parse(String... lines) throws BuildfileException {
    return BuildfileParser.parse("Buildfile", (String.join("\n", lines) + "\n").getBytes(UTF_8));
  }

  private static String error(String... lines) {
    return assertThrows(BuildfileException.class, () -> parse(lines)).getMessage();
  }

  @Test
  void trap_1_directives_stand_at_the_very_top_only() throws Exception {
    assertEquals('`', parse("# ESCAPE = `", "FROM x").directives().escape());
    assertEquals('\\', parse("# comment", "# escape=`", "FROM x").directives().escape());
    assertEquals('\\', parse("", "# escape=`", "FROM x").directives().escape());
    assertEquals('\\', parse("FROM x", "# escape=`").directives().escape());
    assertEquals('\\', parse("# unknown=1", "# escape=`", "FROM x").directives().escape());
    assertEquals("A", parse("\ufeff# syntax=A", "FROM x").directives().syntax());
    assertEquals(
        "Buildfile:2:1: parser directive given twice: syntax",
        error("# syntax=a", "# Syntax=b", "FROM x"));
  }

  @Test
  void strict_shell_is_a_directive_of_ours() throws Exception {
    assertTrue(parse("# syntax=a", "#jbuild: strict-shell", "FROM x").directives().strictShell());
    assertFalse(parse("# other", "# jbuild: strict-shell", "FROM x").directives().strictShell());
    Buildfile misspelt = parse("# jbuild: strict-shel", "FROM x");
    assertFalse(misspelt.directives().strictShell());
    assertEquals(
        "unknown directive, taken for a comment: strict-shel (did you mean strict-shell?)",
        misspelt.warnings().get(0).message());
    assertEquals(
        "Buildfile:2:1: parser directive given twice: strict-shell",
        error("# jbuild: strict-shell", "# jbuild: strict-shell", "FROM x"));
  }
}
