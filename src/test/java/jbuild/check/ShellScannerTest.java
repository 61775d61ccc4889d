package jbuild.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellScannerTest {
  /** Commands as {@code [a b] AND [c]}. */
  private static String scan(String text) {
    return ShellScanner.scan(text).stream()
        .map(command -> command.join() + " " + command.words())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '~',
      value = {
        "a b && c || d; e | f & g ! THEN [a, b] AND [c] OR [d] THEN [e] PIPE [f] THEN [g]",
        "a 'b && c' \"d|e\" f\\;g ! THEN [a, b && c, d|e, f;g]",
        "a \"$(b | c)\" $(d; e) `f|g` ${h:-;} ! THEN [a, $(b | c), $(d; e), `f|g`, ${h:-;}]",
        "a > /dev/null 2>&1 < b c >>d ! THEN [a, c]",
        "X=1 Y='2 3' a b=c ! THEN [a, b=c]",
        "if a; then b; else c; fi ! THEN [a] THEN [b] THEN [c]",
        "(cd a && b) | c ! THEN [cd, a] AND [b] PIPE [c]",
        "case $x in a|b) c | d ;; *) e;; esac; f ! THEN [c] PIPE [d] THEN [e] THEN [f]",
        "sudo env A=b a ! THEN [a]",
        "a#b # c && d ! THEN [a#b]",
        "a 'open ! THEN [a, open]",
      })
  void texts_are_cut_into_commands(String text, String commands) {
    assertEquals(commands, scan(text));
  }

  @Test
  void lines_go_on_after_operators_and_backslashes() {
    assertEquals("THEN [a, b] AND [c] THEN [d]", scan("a \\\n b &&\n\n c\nd"));
  }

  @Test
  void here_documents_are_no_commands() {
    assertEquals("THEN [cat] THEN [b]", scan("cat <<EOF > x\na && rm -rf /\nEOF\nb"));
    assertEquals("THEN [cat] THEN [b]", scan("cat <<-'E F'\na\n\tE F\nb"));
    assertEquals("THEN [cat]", scan("cat <<EOF\nnever ends"));
    assertEquals("THEN [cat] THEN [b]", scan("cat <<< word\nb"));
  }

  @Test
  void anything_gives_some_result() {
    Random random = new Random(5);
    String letters = "ab \t\n'\"\\$`(){}<>|&;#=!-casein";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      List<ShellCommand> commands = ShellScanner.scan(text.toString());
      assertTrue(commands.stream().noneMatch(command -> command.words().isEmpty()), text::toString);
    }
  }

  @Test
  void options_may_be_joined_and_operands_may_look_like_options() {
    ShellCommand command = ShellScanner.scan("/bin/rm -rfv -- -R a").get(0);
    assertEquals("rm", command.program());
    assertTrue(command.hasShort('f'));
    assertEquals(List.of("-R", "a"), command.operands());
  }
}
