package jbuild.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/attacks.md says what the suite's table says. */
final class AttackPageTest {
  private static final Path PAGE = Path.of("docs", "attacks.md");

  /** Columns of the page: attack, tries to, CVE, then these, and why. */
  private static final int BUILD = 3;

  private static final int RUN = 4;
  private static final int WHY = 8;

  private static Map<String, List<String>> page() throws IOException {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      List<String> cells = new ArrayList<>();
      for (String cell : line.split("\\|", -1)) {
        cells.add(cell.strip());
      }
      boolean isRow = cells.size() == WHY + 3;
      if (isRow && !cells.get(1).startsWith("-") && !cells.get(1).equals("attack")) {
        lines.put(cells.get(1), cells.subList(1, WHY + 2));
      }
    }
    return lines;
  }

  @Test
  void it_has_all_rows_in_their_order() throws IOException {
    assertEquals(Row.readAll().stream().map(Row::name).toList(), List.copyOf(page().keySet()));
  }

  @Test
  void its_rows_say_the_same() throws IOException {
    Map<String, List<String>> page = page();
    for (Row row : Row.readAll()) {
      List<String> cells = page.getOrDefault(row.name(), List.of());
      assertEquals(
          List.of(row.name(), row.tries(), row.cve()), cells.subList(0, BUILD), row.name());
      assertKind(row.builder(), cells.get(BUILD), row.name());
      assertKind(row.runner(), cells.get(RUN), row.name());
      assertEquals(row.why(), cells.get(WHY), row.name());
    }
  }

  private static void assertKind(List<String> allowed, String cell, String name) {
    int space = cell.indexOf(' ');
    String kind = cell.isEmpty() ? Row.NOT_HERE : space < 0 ? cell : cell.substring(0, space);
    assertTrue(allowed.contains(kind), () -> name + " is " + cell + ", not one of " + allowed);
  }

  @Test
  void where_one_sandbox_withstands_and_another_does_not_it_says_why() throws IOException {
    for (List<String> cells : page().values()) {
      List<String> verdicts = cells.subList(BUILD, WHY);
      long escapes = verdicts.stream().filter(Verdict.ESCAPED::equals).count();
      long others = verdicts.stream().filter(cell -> !cell.isEmpty()).count() - escapes;
      assertTrue(
          escapes == 0 || others == 0 || !cells.get(WHY).isEmpty(), () -> cells.get(0) + ": why?");
    }
  }
}
