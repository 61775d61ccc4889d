package jbuild.arguments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a command line may be written, and what is said of one that cannot be meant. */
class ParserTest {
  private static CommandSpec.Builder options() {
    return CommandSpec.describe("Do it.")
        .flag("Quietly.", "-q", "--quiet")
        .flag("Interactively.", "-i", "--interactive")
        .flag("Remove it.", "--rm")
        .value("FILE", "A file.", "-f", "--file")
        .value("NUMBER", "How many.", "--count")
        .list("NAME", "Names.", "-t", "--tag")
        .option(OptionSpec.help("Help.", "-h", "--help"));
  }

  private static final CommandSpec MIXED = options().anyOperands("WORD", "Words.").build();

  private static final CommandSpec RUN =
      options()
          .operand("IMAGE", "An image.")
          .optionalOperand("COMMAND", "A command.")
          .anyOperands("ARGUMENT", "Arguments.")
          .optionsEndAtOperand()
          .build();

  private static List<String> words(String line) {
    return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
  }

  private static Arguments parse(CommandSpec spec, String line) throws UsageException {
    return spec.parse(words(line));
  }

  private static Arguments parse(String line) throws UsageException {
    return parse(MIXED, line);
  }

  private static void refused(String message, CommandSpec spec, String line) {
    UsageException refusal = assertThrows(UsageException.class, () -> parse(spec, line));
    assertEquals(message, refusal.getMessage());
  }

  @Test
  void nothing_given_is_nothing_set() throws UsageException {
    Arguments none = parse("");
    assertFalse(none.flag("--quiet"));
    assertNull(none.text("--file"));
    assertNull(none.path("--file"));
    assertEquals("other", none.text("--file", "other"));
    assertEquals(7, none.number("--count", 7));
    assertEquals(List.of(), none.list("--tag"));
    assertEquals(List.of(), none.operands());
    assertFalse(none.helpWanted());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--file x=y", "--file=x=y", "-f x=y", "-fx=y", "-f=x=y", "-qf x=y"})
  void a_value_may_follow_in_a_word_of_its_own_or_in_the_same(String line) throws UsageException {
    Arguments given = parse(line + " operand");
    assertEquals("x=y", given.text("--file"));
    assertEquals(Path.of("x=y"), given.path("--file"));
    assertEquals(List.of("operand"), given.operands());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--file=", "-f="})
  void an_empty_value_is_a_value(String line) throws UsageException {
    assertEquals("", parse(line).text("--file", "other"));
    assertEquals("", MIXED.parse(List.of("-f", "")).text("--file", "other"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "--", "-q", "--quiet", "-1", "--file"})
  void the_word_after_an_option_is_its_value_whatever_it_looks_like(String value)
      throws UsageException {
    Arguments given = parse("-f " + value);
    assertEquals(value, given.text("--file"));
    assertFalse(given.flag("--quiet"));
    assertEquals(List.of(), given.operands());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-qi", "-iq", "-q -i", "--quiet --interactive", "-q=1 -i=true"})
  void flags_stand_alone_or_joined(String line) throws UsageException {
    Arguments given = parse(line);
    assertTrue(given.flag("--quiet"));
    assertTrue(given.flag("--interactive"));
    assertFalse(given.flag("--rm"));
  }

  @Test
  void an_option_with_a_value_ends_joined_flags() throws UsageException {
    Arguments given = parse("-qfi");
    assertTrue(given.flag("--quiet"));
    assertEquals("i", given.text("--file"));
    assertFalse(given.flag("--interactive"));
  }

  @ParameterizedTest
  @CsvSource({
    "--quiet=true, true", "--quiet=1, true", "--quiet=false, false", "--quiet=0, false",
    "-q=false, false", "-iq=false, false", "-q --quiet=false, false", "-q=false -q, true"
  })
  void a_flag_can_be_taken_back(String line, boolean set) throws UsageException {
    assertEquals(set, parse(line).flag("--quiet"));
  }

  @Test
  void a_flag_does_not_take_the_next_word() throws UsageException {
    Arguments given = parse("--quiet false");
    assertTrue(given.flag("--quiet"));
    assertEquals(List.of("false"), given.operands());
  }

  @Test
  void a_value_that_may_be_left_out_stands_in_the_same_word() throws UsageException {
    CommandSpec spec =
        CommandSpec.describe("x")
            .option(OptionSpec.optionalValue("POLICY", "What.", "--pull"))
            .optionalOperand("CONTEXT", "Where.")
            .build();
    Arguments alone = spec.parse(List.of("--pull", "here"));
    assertEquals("true", alone.text("--pull"));
    assertEquals(List.of("here"), alone.operands());
    assertEquals("never", spec.parse(List.of("--pull=never")).text("--pull"));
  }

  @Test
  void of_an_option_given_twice_the_last_one_counts() throws UsageException {
    assertEquals("b", parse("--file a -f b").text("--file"));
    assertEquals(2, parse("--count=1 --count=2").number("--count", 0));
    assertTrue(parse("-q --quiet").flag("--quiet"));
  }

  @Test
  void a_list_keeps_all_values_in_their_order() throws UsageException {
    assertEquals(List.of("b", "a", "b"), parse("-t b x --tag=a -tb").list("--tag"));
  }

  @Test
  void options_and_operands_may_be_mixed() throws UsageException {
    Arguments given = parse("a -q b --file f c");
    assertEquals(List.of("a", "b", "c"), given.operands());
    assertTrue(given.flag("--quiet"));
    assertEquals("f", given.text("--file"));
  }

  @Test
  void a_single_dash_and_an_empty_word_are_operands() throws UsageException {
    assertEquals(List.of("-", ""), MIXED.parse(List.of("-", "")).operands());
  }

  @Test
  void two_dashes_end_the_options() throws UsageException {
    Arguments given = parse("-q -- -i -- --bogus");
    assertEquals(List.of("-i", "--", "--bogus"), given.operands());
    assertFalse(given.flag("--interactive"));
  }

  @Test
  void options_end_at_the_first_operand_where_a_command_wants_it() throws UsageException {
    Arguments given = parse(RUN, "-q image ls -i -- --bogus -h");
    assertEquals(List.of("image", "ls", "-i", "--", "--bogus", "-h"), given.operands());
    assertTrue(given.flag("--quiet"));
    assertFalse(given.flag("--interactive"));
    assertFalse(given.helpWanted());
    assertEquals(List.of("-i"), parse(RUN, "-- -i").operands());
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "-1, -1", "9223372036854775807, 9223372036854775807", "+3, 3"})
  void numbers_are_whole_and_may_be_negative(String text, long number) throws UsageException {
    assertEquals(number, parse("--count " + text).number("--count", 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1.5", "", "9223372036854775808", "0x10"})
  void what_is_no_number_is_told(String text) throws UsageException {
    Arguments given = parse("--count=" + text);
    UsageException refusal = assertThrows(UsageException.class, () -> given.number("--count", 0));
    assertEquals("--count " + text + ": not a whole number", refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--bogus | unknown option: --bogus",
        "--quite | unknown option: --quite (did you mean --quiet?)",
        "--fiel=x | unknown option: --fiel (did you mean --file?)",
        "-x | unknown option: -x",
        "-qx | unknown option: -x in -qx",
        "-rm | unknown option: -r in -rm (did you mean --rm?)",
        "--=x | unknown option: --",
        "--QUIET | unknown option: --QUIET (did you mean --quiet?)",
        "--quie | unknown option: --quie (did you mean --quiet?)",
      })
  void unknown_options_are_told_and_near_misses_suggested(String line, String message) {
    refused(message, MIXED, line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--file | --file: its value is missing (--file FILE)",
        "-q -f | -f: its value is missing (-f FILE)",
        "-qf | -f: its value is missing (-f FILE)",
        "--quiet=maybe | --quiet=maybe: neither true nor false",
        "--quiet= | --quiet=: neither true nor false",
        "-q=x | -q=x: neither true nor false",
      })
  void missing_and_needless_values_are_told(String line, String message) {
    refused(message, MIXED, line);
  }

  @Test
  void too_few_and_too_many_operands_are_told_with_what_was_expected() {
    CommandSpec tag = options().operand("IMAGE", "An image.").operand("NAME", "A name.").build();
    refused("give IMAGE and NAME: 0 operands instead of 2", tag, "");
    refused("give IMAGE and NAME: 1 operand instead of 2", tag, "a");
    refused("give IMAGE NAME: 3 operands instead of 2", tag, "a b c");
    refused("give IMAGE: 0 operands instead of at least 1", RUN, "");
    CommandSpec some = options().someOperands("IMAGE", "Images.").build();
    refused("give IMAGE: 0 operands instead of at least 1", some, "-q");
    CommandSpec build = options().optionalOperand("CONTEXT", "A directory.").build();
    refused("give [CONTEXT]: 2 operands instead of at most 1", build, "a b");
    refused("no operands are taken here: 1 operand too many", options().build(), "a");
  }

  @Test
  void operands_within_the_bounds_are_taken() throws UsageException {
    assertEquals(List.of("a", "b", "c"), parse(RUN, "a b c").operands());
    CommandSpec some = options().someOperands("IMAGE", "Images.").build();
    assertEquals(List.of("a", "b"), parse(some, "a b").operands());
    CommandSpec build = options().optionalOperand("CONTEXT", "A directory.").build();
    assertEquals(List.of(), parse(build, "").operands());
    assertEquals(List.of("a"), parse(build, "a").operands());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "-qh", "-q -h --bogus", "--help=true"})
  void who_asks_for_help_is_not_told_of_what_follows_or_is_missing(String line)
      throws UsageException {
    assertTrue(parse(RUN, line).helpWanted());
  }

  @Test
  void help_that_is_taken_back_is_not_wanted() throws UsageException {
    assertFalse(parse("--help=false").helpWanted());
    refused("unknown option: --bogus", MIXED, "--bogus --help");
  }

  @Test
  void to_ask_for_an_option_that_is_not_there_is_a_mistake_of_ours() throws UsageException {
    Arguments given = parse("");
    assertThrows(IllegalArgumentException.class, () -> given.flag("--bogus"));
  }

  @Test
  void a_name_belongs_to_one_option_and_every_option_has_a_long_one() {
    List<OptionSpec> again = List.of(OptionSpec.flag("Again.", "-q", "--again"));
    assertThrows(IllegalArgumentException.class, () -> MIXED.with(again));
    assertThrows(IllegalArgumentException.class, () -> OptionSpec.flag("Short.", "-s"));
  }

  @Test
  void options_can_be_added_to_those_of_a_command() throws UsageException {
    CommandSpec more = MIXED.with(List.of(OptionSpec.flag("More.", "--more")));
    Arguments given = parse(more, "--more -q x");
    assertTrue(given.flag("--more"));
    assertTrue(given.flag("--quiet"));
    assertEquals(List.of("x"), given.operands());
  }
}
