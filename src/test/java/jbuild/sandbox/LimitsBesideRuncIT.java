package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each row of docs/cgroups.md's table of limits, tried with jbuild and with runc on this machine:
 * what is seen is what the table says.
 */
final class LimitsBesideRuncIT {
  @TempDir Path directory;
  private TestBox box;

  @BeforeEach
  void setUp() throws IOException {
    RootOnly.check();
    box = new TestBox(directory);
    for (String applet : List.of("taskset", "rm")) {
      Files.createSymbolicLink(box.image().resolve("bin").resolve(applet), Path.of("busybox"));
    }
  }

  @AfterEach
  void tearDown() {
    if (box != null) {
      box.close();
    }
  }

  @Test
  void limits_do_what_the_table_says() throws Exception {
    assertEquals(LimitTable.column(1), observed(new SandboxSubject(directory, box)));
  }

  @Test
  void limits_of_runc_do_what_the_table_says() throws Exception {
    RootOnly.skipUnless(Files.isExecutable(RuncSubject.PROGRAM), "it needs runc");
    assertEquals(LimitTable.column(2), observed(new RuncSubject(directory, box.image())));
  }

  /** The observations, one line a row. */
  private static String observed(LimitSubject subject) {
    List<String> lines = new ArrayList<>();
    for (LimitRow row : LimitRows.all()) {
      lines.add(row.name() + ": " + observed(subject, row));
    }
    return String.join("\n", lines);
  }

  private static String observed(LimitSubject subject, LimitRow row) {
    try {
      return row.observe(subject);
    } catch (Exception e) {
      return LimitTable.failure(e);
    }
  }
}
