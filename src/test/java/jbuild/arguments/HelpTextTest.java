package jbuild.arguments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The text that {@code --help} prints. */
class HelpTextTest {
  @Test
  void it_shows_usage_description_operands_and_sorted_options_in_columns() {
    CommandSpec spec =
        CommandSpec.describe("Run a command.", "Its exit code is jbuild's.")
            .flag("Throw it away.", "--rm")
            .list("SOURCE:TARGET[:ro]", "Mount something.", "-v", "--volume")
            .value("NAME", "A name.", "-n", "--name")
            .operand("IMAGE", "The image.")
            .optionalOperand("COMMAND", "What to run.")
            .anyOperands("ARGUMENT", "What it gets.")
            .build();
    assertEquals(
        """
        Usage: jbuild run [OPTIONS] IMAGE [COMMAND [ARGUMENT...]]

        Run a command.
        Its exit code is jbuild's.

        Operands:
          IMAGE            The image.
          COMMAND          What to run.
          ARGUMENT...      What it gets.

        Options:
          -n, --name NAME  A name.
              --rm         Throw it away.
          -v, --volume SOURCE:TARGET[:ro]
                           Mount something.
        """,
        spec.help("jbuild run"));
  }

  @Test
  void a_command_without_operands_has_no_such_section() {
    CommandSpec spec = CommandSpec.describe("List.").flag("Only IDs.", "-q", "--quiet").build();
    assertEquals(
        """
        Usage: jbuild images [OPTIONS]

        List.

        Options:
          -q, --quiet  Only IDs.
        """,
        spec.help("jbuild images"));
  }

  @Test
  void long_lines_are_wrapped_below_themselves_and_long_names_stand_alone() {
    CommandSpec spec =
        CommandSpec.describe("word ".repeat(30).strip())
            .flag("word ".repeat(20).strip(), "--short")
            .value("A-LABEL-THAT-IS-MUCH-TOO-LONG", "Its description.", "-l", "--long-name")
            .build();
    String help = spec.help("jbuild x");
    assertTrue(
        help.lines().allMatch(line -> line.length() <= 80 && line.equals(line.stripTrailing())));
    String column = " ".repeat(2 + "    --short".length() + 2);
    assertTrue(
        help.contains("\n  -l, --long-name A-LABEL-THAT-IS-MUCH-TOO-LONG\n" + column + "Its"));
    assertTrue(
        help.contains("\n      --short  " + "word ".repeat(13).strip() + "\n" + column + "word"));
  }
}
