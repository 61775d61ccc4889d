package jbuild.buildfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellWordsTest {
  private static final Map<String, String> VALUES =
      Map.of("set", "value", "empty", "", "path", "/usr/lib/x.tar.gz", "two", "a  b", "Ünï", "u");

  private static final ShellWords WORDS = ShellWords.withEscape('\\');

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "plain | plain",
        "$set-${set} | value-value",
        "$none-${none} | -",
        "$Ünï | u",
        "a$ b$. | a$ b$.",
        "'$set' | $set",
        "\"$set 'x'\" | value 'x'",
        "\\$set \"\\$set\" '\\$set' | $set $set \\$set",
        "\"a\\b\\\"c\\\\d\" | a\\b\"c\\d",
        "a\\b\\\\c | ab\\c",
        "last\\ | last",
        "$1${1:-one} | one",
        "$@a$$b | ab",
      })
  void quotes_and_names(String text, String expected) throws SyntaxException {
    assertEquals(expected, WORDS.expand(text, VALUES::get));
  }

  @ParameterizedTest
  @CsvSource({
    "${none:-w}, w",
    "${empty:-w}, w",
    "${set:-w}, value",
    "${none-w}, w",
    "${empty-w}, ''",
    "${set-w}, value",
    "${none:+w}, ''",
    "${empty:+w}, ''",
    "${set:+w}, w",
    "${none+w}, ''",
    "${empty+w}, w",
    "${set+w}, w",
    "${none:-${set:+deep}}, deep",
    "${none:-a b}, a b",
    "${empty?m}, ''",
    "${set:?m}, value",
  })
  void colon_forms_test_for_empty_as_well(String text, String expected) throws SyntaxException {
    assertEquals(expected, WORDS.expand(text, VALUES::get));
  }

  @ParameterizedTest
  @CsvSource({
    "${path#*/}, usr/lib/x.tar.gz",
    "${path##*/}, x.tar.gz",
    "${path%.*}, /usr/lib/x.tar",
    "${path%%.*}, /usr/lib/x",
    "${path#x}, /usr/lib/x.tar.gz",
    "${path%?z}, /usr/lib/x.tar.",
    "${path/lib/opt}, /usr/opt/x.tar.gz",
    "${path//r/R}, /usR/lib/x.taR.gz",
    "${path/\\/usr/}, /lib/x.tar.gz",
    "${path/*/all}, all",
    "${path//[/}, /usr/lib/x.tar.gz",
    "${set##v*l}, ue",
    "${set#v*l}, ue",
    "${set%l*e}, va",
    "${none/a/b}, ''",
  })
  void patterns_cut_and_replace(String text, String expected) throws SyntaxException {
    assertEquals(expected, WORDS.expand(text, VALUES::get));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "'open | missing the closing single quote",
        "\"open | missing the closing double quote",
        "${set | missing '}'",
        "${ | missing '}'",
        "${} | bad substitution: ${}",
        "${:-x} | bad substitution: ${:",
        "${set!x} | unsupported modifier in substitution: !",
        "${set:=x} | unsupported modifier in substitution: :=",
        "${set/a} | missing '/'",
        "${set#\\a} | invalid escape in pattern: \\a",
        "${none?} | none: is not allowed to be unset",
        "${empty:?} | empty: is not allowed to be empty",
        "${none:?give me one} | none: give me one",
      })
  void errors_say_what_is_missing(String text, String message) {
    SyntaxException error =
        assertThrows(SyntaxException.class, () -> WORDS.expand(text, VALUES::get));
    assertEquals(message, error.getMessage());
  }

  @Test
  void splitting_happens_after_expansion_and_not_inside_quotes() throws SyntaxException {
    assertEquals(List.of("a", "b", "x"), WORDS.split("$two x", VALUES::get));
    assertEquals(List.of("a  b", "x y"), WORDS.split("\"$two\" x\\ y ", VALUES::get));
    assertEquals(List.of("pre", "post"), WORDS.split("pre${none:- }post", VALUES::get));
  }

  @Test
  void text_before_a_default_value_stays_in_its_word() throws SyntaxException {
    assertEquals(List.of("abcdef"), WORDS.split("abc${none:-def}", VALUES::get));
  }

  @Test
  void escape_character_can_be_a_backtick() throws SyntaxException {
    assertEquals("c:\\dir $set", ShellWords.withEscape('`').expand("c:\\dir `$set", VALUES::get));
  }

  @Test
  void content_of_documents_keeps_its_quotes() throws SyntaxException {
    assertEquals("it's \"value\"", WORDS.quotesArePlain().expand("it's \"$set\"", VALUES::get));
  }

  @Test
  void unset_names_and_marks_can_be_kept() throws SyntaxException {
    ShellWords raw = WORDS.keepingUnset().keepingQuotes().keepingEscapes();
    String text = "'a' \"b\" \\c $none ${none:-x} ${none#y} ${none/a/b}";
    assertEquals(text, raw.expand(text, VALUES::get));
  }

  @Test
  void growth_and_depth_are_bounded() {
    String big = "x".repeat(1 << 19);
    assertThrows(SyntaxException.class, () -> WORDS.expand("$a$a$a", name -> big));
    String deep = "${n:-".repeat(1000) + "}".repeat(1000);
    SyntaxException error =
        assertThrows(SyntaxException.class, () -> WORDS.expand(deep, VALUES::get));
    assertTrue(error.getMessage().contains("too deep"));
  }
}
