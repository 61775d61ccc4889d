package jbuild.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What COPY and ADD make of a context, a stage and an image: the cases of {@code testdata/copy}. A
 * case is a headline and below it lines that begin with what they describe, see {@link Case}.
 */
class CopyCasesTest {
  private static final Path CASES = Path.of("testdata", "copy");

  private final Syscalls syscalls = Syscalls.load();

  @TempDir Path temporary;

  /** {@code error} instead of {@code layer} where the instruction has to fail. */
  private record Case(String name, List<String> lines) {
    List<String> all(String word) {
      List<String> found = new ArrayList<>();
      for (String line : lines) {
        if (line.startsWith(word + " ")) {
          found.add(line.substring(word.length() + 1));
        } else if (line.equals(word)) {
          found.add("");
        }
      }
      return found;
    }

    String text(String word) {
      return String.join("\n", all(word));
    }
  }

  @TestFactory
  Stream<DynamicTest> copies() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : files.sorted().toList()) {
        for (Case one : cases(file)) {
          tests.add(dynamicTest(one.name, () -> check(one)));
        }
      }
    }
    return tests.stream();
  }

  private static List<Case> cases(Path file) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("# ")) {
        cases.add(new Case(line.substring(2), new ArrayList<>()));
      } else if (!line.isBlank()) {
        cases.get(cases.size() - 1).lines.add(line);
      }
    }
    return cases;
  }

  private void check(Case one) throws Exception {
    Path directory = Files.createTempDirectory(temporary, "case");
    try (CopyBench bench = new CopyBench(directory, syscalls)) {
      bench.context(one.all("context"));
      bench.below(one.all("below"));
      bench.stage(one.all("stage"));
      bench.ignore(one.text("ignore"));
      for (String archive : one.all("archive")) {
        String name = archive.substring(0, archive.indexOf(' '));
        bench.archive(name, archive.substring(name.length() + 1), one.all("in " + name));
      }
      List<String> errors = one.all("error");
      if (!one.all("same").isEmpty()) {
        String[] same = one.text("same").split(" ", 2);
        assertArrayEquals(
            Files.readAllBytes(bench.context().resolve(same[1])),
            bench.content(bench.copy(one.text("do")), same[0]));
      } else if (errors.isEmpty()) {
        assertEquals(TreeLine.canonical(one.all("layer")), bench.text(bench.copy(one.text("do"))));
      } else {
        IOException failure = assertThrows(IOException.class, () -> bench.copy(one.text("do")));
        assertEquals(
            errors.get(0), failure.getMessage().replace(bench.context().toString(), "CONTEXT"));
      }
    }
  }
}
