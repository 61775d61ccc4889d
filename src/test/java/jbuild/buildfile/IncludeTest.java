package jbuild.buildfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IncludeTest {
  private final Map<String, String> files = new HashMap<>();

  private Includes.File find(String path) throws SyntaxException {
    String text = files.get(path);
    if (text == null) {
      throw new SyntaxException("no such file");
    }
    return new Includes.File(path, text.getBytes(UTF_8));
  }

  private Buildfile parse(String... lines) throws BuildfileException {
    return BuildfileParser.parse(
        "Buildfile",
        String.join("\n", lines).getBytes(UTF_8),
        (including, path) -> find(including.equals("Buildfile") ? path : "sub/" + path));
  }

  private BuildfileException error(String... lines) {
    return assertThrows(BuildfileException.class, () -> parse(lines));
  }

  @Test
  void instructions_stand_where_the_include_stood() throws Exception {
    files.put("args", "ARG one\n");
    files.put("stage", "RUN a\nINCLUDE deep\nFROM y AS second\nRUN c");
    files.put("sub/deep", "# comment\nRUN b\n");
    Buildfile file =
        parse("INCLUDE args", "FROM x", "INCLUDE stage", "RUN d", "INCLUDE args", "INCLUDE args");
    assertEquals(
        "[args, stage, deep, args, args]", file.includes().toString(), "in the order read");
    assertEquals("one", file.globalArgs().get(0).definitions().get(0).name().text());
    StringBuilder all = new StringBuilder();
    for (Stage stage : file.stages()) {
      all.append(file.place(stage.from().origin().range())).append(' ');
      stage
          .instructions()
          .forEach(
              each ->
                  all.append(each.origin().display())
                      .append('@')
                      .append(file.place(each.origin().range()))
                      .append(' '));
    }
    assertEquals(
        "Buildfile:2:1 RUN a@stage:1:1 RUN b@sub/deep:2:1 stage:3:1 RUN c@stage:4:1 "
            + "RUN d@Buildfile:4:1 ARG one@args:1:1 ARG one@args:1:1 ",
        all.toString());
  }

  @Test
  void errors_show_the_line_of_the_included_file() throws Exception {
    files.put("part", "RUN a\nRUNN b\n");
    assertEquals(
        "part:2:1: unknown instruction: RUNN (did you mean RUN?)\n   2 | RUNN b\n     | ^^^^",
        error("FROM x", "INCLUDE part").render());
    files.put("part", "ENV a=$b\n");
    Buildfile file = parse("FROM x", "INCLUDE part");
    Instruction env = file.stages().get(0).instructions().get(0);
    BuildfileException later = file.error(env.origin().range(), "wrong");
    assertEquals("part:1:1: wrong\n   1 | ENV a=$b\n     | ^^^^^^^^", later.render());
  }

  @Test
  void here_documents_end_in_their_own_file() {
    files.put("part", "RUN <<EOF\na\n");
    assertEquals(
        "part:1:1: here-document without its end: EOF",
        error("FROM x", "INCLUDE part", "EOF").getMessage());
  }

  @Test
  void loops_and_towers_of_files_end() {
    files.put("a", "INCLUDE b");
    files.put("sub/b", "INCLUDE ../a");
    files.put("sub/../a", "INCLUDE b");
    BuildfileException loop = error("FROM x", "INCLUDE a");
    assertTrue(loop.getMessage().contains("the file includes itself"), loop.getMessage());
    for (int i = 0; i < 40; i++) {
      files.put((i == 0 ? "" : "sub/") + i, ("INCLUDE " + (i + 1) + "\n").repeat(3));
    }
    assertEquals(
        "sub/14:1:9: INCLUDE 15: too many files", prefix(error("FROM x", "INCLUDE 0"), " (being"));
  }

  @Test
  void a_small_file_included_often_is_bounded_in_words() {
    files.put("many", "EXPOSE 1 2 3 4 5 6 7 8 9\n".repeat(2000));
    String[] lines = new String[50];
    lines[0] = "FROM x";
    for (int i = 1; i < lines.length; i++) {
      lines[i] = "INCLUDE many";
    }
    assertTrue(error(lines).getMessage().endsWith("file has more than 200000 words"));
  }

  @Test
  void what_cannot_be_included_is_told_at_the_path() {
    assertEquals(
        "Buildfile:2:9: INCLUDE none: no such file", error("FROM x", "INCLUDE none").getMessage());
    assertEquals(
        "Buildfile:2:1: INCLUDE takes the path of a file", error("FROM x", "INCLUDE").getMessage());
    assertEquals(
        "Buildfile:2:9: INCLUDE cannot be the trigger of an ONBUILD",
        error("FROM x", "ONBUILD INCLUDE a").getMessage());
  }

  @Test
  void directives_are_those_of_the_file_itself() throws Exception {
    files.put("part", "# syntax=other\n# check=skip=all\nRUN a \\\n b\n");
    Buildfile file = parse("# syntax=x", "FROM x", "INCLUDE part");
    assertEquals("x", file.directives().syntax());
    assertEquals(null, file.directives().check());
    files.put("part", "# escape=`\nRUN a\n");
    assertEquals(
        "part:1:1: escape character of an included file: ` (it is that of the file that includes"
            + " it, \\)",
        error("FROM x", "INCLUDE part").getMessage());
    files.put("part", "# jbuild: strict-shell\nRUN a\n");
    assertEquals(
        "part:1:1: strict-shell in an included file",
        prefix(error("FROM x", "INCLUDE part"), " (the file"));
  }

  private static String prefix(BuildfileException error, String end) {
    return error.getMessage().substring(0, error.getMessage().indexOf(end));
  }
}
