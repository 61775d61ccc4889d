package jbuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The table of packages in docs/ARCHITECTURE.md, by package name without the leading "jbuild.". */
record ArchitectureTable(Map<String, Row> rows) {
  private static final String MARK = "<!-- ArchitectureTest reads this table. -->";

  /** What one package may use; {@code packages} may hold "x.*" and "*". */
  record Row(Set<String> packages, Set<String> libraries) {
    boolean allows(String other) {
      return packages.contains(other)
          || packages.contains("*")
          || packages.stream()
              .anyMatch(p -> p.endsWith(".*") && other.startsWith(p.substring(0, p.length() - 1)));
    }
  }

  static ArchitectureTable read(Path document) throws IOException {
    List<String> lines = Files.readAllLines(document);
    int at = lines.indexOf(MARK);
    if (at < 0) {
      throw new IOException(document + ": has no line " + MARK);
    }
    Map<String, Row> rows = new LinkedHashMap<>();
    int header = at + 2;
    for (int i = header + 2; i < lines.size() && lines.get(i).startsWith("|"); i++) {
      String[] cells = lines.get(i).split("\\|", -1);
      if (cells.length != 6) {
        throw new IOException(document + ":" + (i + 1) + ": not four cells");
      }
      Row row = new Row(names(cells[3]), names(cells[4]));
      if (rows.put(cells[1].strip(), row) != null) {
        throw new IOException(document + ":" + (i + 1) + ": a second row of " + cells[1].strip());
      }
    }
    return new ArchitectureTable(rows);
  }

  private static Set<String> names(String cell) {
    Set<String> names = new TreeSet<>();
    for (String name : cell.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return names;
  }
}
