package jbuild.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of options and files in docs/cgroups.md is the one in the code. */
final class LimitTableTest {
  private static final String HEAD = "| option | controller | version 1 | version 2 |";

  @Test
  void the_document_shows_the_table() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Limit limit : Limit.values()) {
      expected.add(
          "| `"
              + limit.option()
              + "` | "
              + limit.controller()
              + " | "
              + cell(limit.version1())
              + " | "
              + cell(limit.version2())
              + " |");
    }
    assertEquals(String.join("\n", expected), String.join("\n", shown()));
  }

  @Test
  void every_option_has_one_row_and_a_file_in_one_version_at_least() {
    for (Limit limit : Limit.values()) {
      assertEquals(limit, Limit.ofOption(limit.option()));
      assertTrue(limit.version1().size() + limit.version2().size() > 0, limit.option());
    }
  }

  private static String cell(List<LimitFile> files) {
    if (files.isEmpty()) {
      return "none: an error";
    }
    StringBuilder cell = new StringBuilder();
    for (LimitFile file : files) {
      cell.append(cell.isEmpty() ? "" : file.isExtra() ? "; if there is one, " : ", else ")
          .append(file.name());
      if (file.conversion() != Conversion.AS_IT_IS) {
        cell.append(": ").append(file.conversion().inWords());
      }
    }
    return cell.toString();
  }

  private static List<String> shown() throws IOException {
    List<String> rows = new ArrayList<>();
    boolean inTable = false;
    for (String line : Files.readAllLines(Path.of("docs/cgroups.md"))) {
      inTable = line.equals(HEAD) || (inTable && line.startsWith("|"));
      if (inTable && !line.equals(HEAD) && !line.startsWith("|---")) {
        rows.add(line);
      }
    }
    return rows;
  }
}
