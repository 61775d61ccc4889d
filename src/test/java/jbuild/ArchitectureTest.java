package jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the code to the table in docs/ARCHITECTURE.md, and to the rules written above it. */
class ArchitectureTest {
  private static final String ROOT = "jbuild.";

  /** A library's name in the table and the prefix of its packages. */
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "jffi", "com.kenai.jffi.",
          "jackson-core", "com.fasterxml.jackson.core.",
          "commons-compress", "org.apache.commons.compress.",
          "xz", "org.tukaani.xz.",
          "zstd-jni", "com.github.luben.zstd.",
          "aircompressor", "io.airlift.compress.");

  private static final Set<String> OUTPUT_AND_EXIT =
      Set.of(
          "java.lang.System.out",
          "java.lang.System.err",
          "java.lang.System.exit",
          "java.lang.Runtime.exit",
          "java.lang.Runtime.halt",
          "java.lang.Throwable.printStackTrace");

  private static ArchitectureTable table;
  private static JavaClasses classes;

  @BeforeAll
  static void read_table_and_classes() throws IOException {
    table = ArchitectureTable.read(Path.of("docs", "ARCHITECTURE.md"));
    classes = new ClassFileImporter().importPath(Path.of("target", "classes"));
    assertFalse(classes.isEmpty(), "target/classes holds no class");
  }

  @Test
  void every_package_has_a_row_in_the_table() {
    Set<String> missing = new TreeSet<>();
    classes.forEach(c -> missing.add(packageOf(c)));
    missing.removeAll(table.rows().keySet());
    assertEquals(Set.of(), missing);
  }

  @Test
  void the_table_names_only_known_packages_and_libraries() {
    Set<String> unknown = new TreeSet<>();
    table
        .rows()
        .forEach(
            (name, row) -> {
              row.packages().stream()
                  .filter(p -> !p.endsWith("*") && !table.rows().containsKey(p))
                  .forEach(p -> unknown.add(name + " -> " + p));
              row.libraries().stream()
                  .filter(l -> !LIBRARIES.containsKey(l))
                  .forEach(l -> unknown.add(name + " -> " + l));
            });
    assertEquals(Set.of(), unknown);
  }

  @Test
  void the_table_has_no_cycle() {
    Set<String> done = new HashSet<>();
    for (String name : table.rows().keySet()) {
      visit(name, new ArrayList<>(), done);
    }
  }

  private static void visit(String name, List<String> path, Set<String> done) {
    assertFalse(path.contains(name), () -> "cycle: " + path + " -> " + name);
    if (done.contains(name)) {
      return;
    }
    path.add(name);
    for (String other : table.rows().keySet()) {
      if (!other.equals(name) && table.rows().get(name).allows(other)) {
        visit(other, path, done);
      }
    }
    path.remove(path.size() - 1);
    done.add(name);
  }

  /** With the test above this also means that no packages form a cycle. */
  @Test
  void packages_use_only_what_the_table_allows() {
    Set<String> refused = new TreeSet<>();
    for (JavaClass from : classes) {
      ArchitectureTable.Row row = table.rows().get(packageOf(from));
      if (row == null) {
        continue; // reported by every_package_has_a_row_in_the_table
      }
      from.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(to -> !mayUse(from, row, to))
          .forEach(to -> refused.add(from.getName() + " -> " + to.getName()));
    }
    assertEquals(Set.of(), refused);
  }

  private static boolean mayUse(JavaClass from, ArchitectureTable.Row row, JavaClass to) {
    String name = to.getName();
    if (to.isPrimitive() || name.startsWith("java.") || name.startsWith("org.jspecify.")) {
      return true;
    }
    if (name.startsWith(ROOT)) {
      String other = packageOf(to);
      return other.equals(packageOf(from)) || row.allows(other);
    }
    return row.libraries().stream()
        .anyMatch(library -> name.startsWith(LIBRARIES.getOrDefault(library, "no library")));
  }

  @Test
  void every_package_is_described_and_null_marked() {
    Set<String> refused = new TreeSet<>();
    for (JavaClass c : classes) {
      if (!c.getPackage().isAnnotatedWith(NullMarked.class)) {
        refused.add(c.getPackageName());
      }
    }
    assertEquals(Set.of(), refused);
  }

  @Test
  void only_cli_prints_or_ends_the_jvm() {
    Set<String> refused = new TreeSet<>();
    for (JavaClass c : classes) {
      if (packageOf(c).equals("cli")) {
        continue;
      }
      for (JavaAccess<?> access : c.getAccessesFromSelf()) {
        JavaClass owner = access.getTargetOwner();
        String target = owner.getName() + "." + access.getTarget().getName();
        if (OUTPUT_AND_EXIT.contains(target)
            || (owner.isAssignableTo(Throwable.class) && target.endsWith(".printStackTrace"))) {
          refused.add(c.getName() + " -> " + target);
        }
      }
    }
    assertEquals(Set.of(), refused);
  }

  private static String packageOf(JavaClass c) {
    assertTrue(c.getPackageName().startsWith(ROOT), () -> c.getName() + " is outside " + ROOT);
    return c.getPackageName().substring(ROOT.length());
  }
}
