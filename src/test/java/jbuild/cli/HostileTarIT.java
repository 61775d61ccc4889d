package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tars made to do harm, in {@code testdata/hostile-tars}, by the command: each is imported or
 * refused as its line of {@code cases.tsv} says; what was imported is unpacked beside a canary.
 */
class HostileTarIT {
  private static final Path TARS = Path.of("testdata/hostile-tars");

  @TempDir Path temporary;
  private Session session;
  private Path canary;

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
    session.jbuild("images").succeeds(); // makes the data root
    canary = Files.writeString(temporary.resolve("canary"), "untouched");
  }

  @TestFactory
  Stream<DynamicTest> tars() throws IOException {
    return Files.readAllLines(TARS.resolve("cases.tsv")).stream()
        .skip(1)
        .map(line -> line.split("\t", -1))
        .map(
            fields ->
                dynamicTest(
                    fields[0] + " " + fields[1], () -> judge(fields[0], fields[1], fields[2])));
  }

  private void judge(String name, String verdict, String why) throws IOException {
    String outside = outside();
    Result imported = session.jbuild("import", "-t", "x", TARS.resolve(name).toString());
    boolean either = why.matches("(.* )?or (a )?(clean )?(error|ok with a note).*");
    if (!either) {
      assertEquals(verdict.equals("ok"), imported.code() == 0, why + ": " + imported.err());
    }
    assertFalse(imported.err().contains("internal error"), imported.err());
    assertFalse(imported.err().contains("\u001b"), "an escape sequence in " + imported.err());
    if (imported.code() == 0) {
      Path target = temporary.resolve("unpacked");
      session.jbuild("rootfs", "x", target.toString()).succeeds();
      session.jbuild("rmi", "x").succeeds();
      remove(target);
    } else {
      assertTrue(imported.err().startsWith("jbuild: "), imported.err());
      assertEquals(1, imported.err().lines().count(), imported.err());
      assertEquals(List.of(), new Leftovers(session.root()).temporary());
    }
    assertEquals("untouched", Files.readString(canary));
    assertEquals(outside, outside(), "what lies outside the target");
  }

  /** Where a name with .., a leading slash or a link would come out. */
  private String outside() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (Path directory : List.of(Path.of("/"), Path.of("/etc"), Path.of(""), temporary)) {
      try (Stream<Path> entries = Files.list(directory)) {
        names.addAll(entries.map(Path::toString).collect(Collectors.toSet()));
      }
    }
    return String.join("\n", names);
  }

  /** As a tar has made it, with modes that keep its owner out. */
  private static void remove(Path target) throws IOException {
    try {
      Jbuild.tool("chmod", "-R", "u+rwx", target.toString());
      Jbuild.tool("rm", "-rf", target.toString()).succeeded();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
