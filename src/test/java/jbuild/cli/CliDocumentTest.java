package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.arguments.OptionSpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code docs/cli.md} lists the commands and options that there are, in the words of the help. */
class CliDocumentTest {
  private static final Path DOCUMENT = Path.of("docs/cli.md");

  private static List<String> commands() {
    List<String> names = new ArrayList<>();
    for (String line : Commands.overview().lines().toList()) {
      if (line.startsWith("  ") && !line.startsWith("   ")) {
        names.add(line.strip().split(" ", 2)[0]);
      }
    }
    return names;
  }

  /** The lines from the heading to the next one. */
  private static List<String> section(String heading) throws Exception {
    List<String> lines = Files.readAllLines(DOCUMENT);
    int from = lines.indexOf(heading);
    assertTrue(from >= 0, DOCUMENT + " has no heading '" + heading + "'");
    int to = from + 1;
    while (to < lines.size() && !lines.get(to).startsWith("## ")) {
      to++;
    }
    return lines.subList(from + 1, to);
  }

  private static List<String> rows(Iterable<OptionSpec> options) {
    List<String> rows = new ArrayList<>();
    for (OptionSpec option : options) {
      // A bar ends a table's cell.
      String label = option.suffix().replace("|", "\\|");
      String row =
          "| `" + String.join("`, `", option.names()) + label + "` | " + option.description();
      rows.add(row + " |");
    }
    return rows;
  }

  private static List<String> documented(String heading) throws Exception {
    return section(heading).stream().filter(line -> line.startsWith("| `-")).toList();
  }

  @Test
  void the_overview_is_that_of_the_help() throws Exception {
    assertTrue(Files.readString(DOCUMENT).contains("```\n" + Commands.overview() + "```\n"));
  }

  @Test
  void the_options_of_all_commands_are_listed() throws Exception {
    assertEquals(
        lines(rows(GlobalOptions.options())), lines(documented("## Options of every command")));
  }

  @TestFactory
  List<DynamicTest> the_options_of_each_command_are_listed() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : commands()) {
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () ->
                  assertEquals(
                      lines(rows(Commands.create(name).spec().options())),
                      lines(documented("## " + name)))));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> the_usage_line_of_each_command_is_that_of_its_help() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : commands()) {
      String shown = name.equals("build") ? "[build]" : name; // it may be left out
      String usage = "`jbuild " + shown + " " + Commands.create(name).spec().synopsis() + "`";
      tests.add(
          DynamicTest.dynamicTest(
              name, () -> assertTrue(section("## " + name).contains(usage), usage)));
    }
    return tests;
  }

  private static String lines(List<String> lines) {
    return String.join("\n", lines);
  }
}
