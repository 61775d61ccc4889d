package jbuild.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of src/test/attacks/rows.tsv.
 *
 * @param how which {@link Scene} it is played in
 * @param cve where it has a number, else empty
 * @param builder the kinds of verdict that a RUN step may give
 * @param runner the same for {@code jbuild run}
 * @param tries what the attack tries
 * @param why why others differ, or why it cannot do harm; perhaps empty
 */
record Row(
    String name,
    String how,
    String cve,
    List<String> builder,
    List<String> runner,
    String tries,
    String why) {
  static final Path FILE = Path.of("src", "test", "attacks", "rows.tsv");

  /** Where a row does not apply. */
  static final String NOT_HERE = "-";

  static List<Row> readAll() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(FILE)) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] fields = line.split("\t", -1);
      if (fields.length != 7) {
        throw new IOException(FILE + ": " + fields.length + " fields and not 7: " + line);
      }
      rows.add(
          new Row(
              fields[0],
              fields[1],
              fields[2].equals(NOT_HERE) ? "" : fields[2],
              List.of(fields[3].split(",", -1)),
              List.of(fields[4].split(",", -1)),
              fields[5],
              fields[6]));
    }
    return rows;
  }
}
