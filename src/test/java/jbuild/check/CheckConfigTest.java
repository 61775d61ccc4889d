package jbuild.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import jbuild.buildfile.SyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckConfigTest {
  @Test
  void options_stand_between_semicolons() throws Exception {
    CheckConfig some = CheckConfig.parse("skip=A, B;error=true ; experimental=all");
    assertEquals(Set.of("A", "B"), some.skipped());
    assertTrue(some.error() && some.experimentalAll() && !some.skipAll());
    CheckConfig all = CheckConfig.parse("skip=all");
    assertTrue(all.skipAll() && all.skipped().isEmpty() && !all.error());
    assertEquals(Set.of("C"), CheckConfig.parse("experimental=C").experimental());
    assertFalse(CheckConfig.parse("error=0").error());
    assertEquals(CheckConfig.NONE, CheckConfig.parse(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "skp=A, invalid check option: skp",
    "skip, invalid check option: skip",
    "error=maybe, invalid check option: error=maybe (it can be true or false)"
  })
  void unknown_options_are_errors(String text, String message) {
    assertEquals(
        message, assertThrows(SyntaxException.class, () -> CheckConfig.parse(text)).getMessage());
  }

  @Test
  void a_comment_before_an_instruction_cannot_turn_rules_on_again() throws Exception {
    CheckConfig file = CheckConfig.parse("skip=UndefinedVar;error=true");
    CheckConfig local = file.with(CheckConfig.parse("skip=WorkdirRelativePath"));
    assertFalse(local.allows(Rule.UNDEFINED_VAR));
    assertFalse(local.allows(Rule.WORKDIR_RELATIVE_PATH));
    assertTrue(local.error());
    assertTrue(file.allows(Rule.WORKDIR_RELATIVE_PATH));
  }
}
