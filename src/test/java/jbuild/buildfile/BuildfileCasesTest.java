package jbuild.buildfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each folder of testdata/buildfile and testdata/buildfile-errors is a test. */
class BuildfileCasesTest {
  static List<Path> good() throws IOException {
    return folders("testdata/buildfile");
  }

  static List<Path> bad() throws IOException {
    return folders("testdata/buildfile-errors");
  }

  private static List<Path> folders(String parent) throws IOException {
    try (Stream<Path> folders = Files.list(Path.of(parent))) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void tree_is_as_expected(Path folder) throws Exception {
    byte[] text = Files.readAllBytes(folder.resolve("Buildfile"));
    String tree = SyntaxTreeDump.of(BuildfileParser.parse("Buildfile", text));
    assertEquals(Files.readString(folder.resolve("expected.txt")), tree);
  }

  @ParameterizedTest
  @MethodSource("good")
  void windows_line_ends_give_the_same_tree(Path folder) throws Exception {
    String text = Files.readString(folder.resolve("Buildfile")).replace("\n", "\r\n");
    String tree = SyntaxTreeDump.of(BuildfileParser.parse("Buildfile", text.getBytes(UTF_8)));
    String expected = Files.readString(folder.resolve("expected.txt"));
    // The content of here-documents keeps its line ends.
    assertEquals(expected, tree.replace("\\r\\n", "\\n"));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void error_names_the_place_and_shows_the_line(Path folder) throws Exception {
    byte[] text = Files.readAllBytes(folder.resolve("Buildfile"));
    BuildfileException error =
        assertThrows(BuildfileException.class, () -> BuildfileParser.parse("Buildfile", text));
    assertEquals(Files.readString(folder.resolve("error.txt")), error.render() + "\n");
  }

  @Test
  void messages_are_short_and_cannot_drive_the_terminal() {
    byte[] text = ("FROM scratch\n\u001b[2J" + "x".repeat(5000)).getBytes(UTF_8);
    BuildfileException error =
        assertThrows(BuildfileException.class, () -> BuildfileParser.parse("Buildfile", text));
    assertEquals(-1, error.render().indexOf('\u001b'));
    assertTrue(error.getMessage().endsWith("xxx..."));
  }
}
