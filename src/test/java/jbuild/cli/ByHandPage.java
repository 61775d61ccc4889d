package jbuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The shell blocks of {@code docs/by-hand.md} with the output that is shown after them. */
final class ByHandPage {
  static final Path FILE = Path.of("docs/by-hand.md");

  private static final String FENCE = "```";
  private static final String SHELL = FENCE + "sh";
  private static final String OUTPUT = FENCE + "text";
  private static final String MARK = "@@ line ";

  private ByHandPage() {}

  /**
   * One block.
   *
   * @param line its first line on the page
   * @param conditions words after {@code sh}: what the machine must have
   * @param output what must be printed; a … stands for anything within a line
   */
  record Block(int line, List<String> conditions, String script, String output) {
    boolean isPrintedBy(String printed) {
      String[] expected = output.split("\n", -1);
      String[] lines = printed.split("\n", -1);
      if (expected.length != lines.length) {
        return false;
      }
      for (int i = 0; i < lines.length; i++) {
        if (!matches(expected[i], lines[i])) {
          return false;
        }
      }
      return true;
    }

    private static boolean matches(String expected, String line) {
      int hole = expected.indexOf('…');
      if (hole < 0) {
        return expected.equals(line);
      }
      String before = expected.substring(0, hole);
      String after = expected.substring(hole + 1);
      return line.length() >= before.length() + after.length()
          && line.startsWith(before)
          && line.endsWith(after);
    }
  }

  /** The blocks between two headings of the second level. */
  record Chapter(String title, List<Block> blocks) {
    /** A script of the blocks whose conditions hold, which says where each begins. */
    String script(Predicate<String> holds) {
      StringBuilder script = new StringBuilder("exec 2>&1\nset -eu\n");
      for (Block block : blocks) {
        if (block.conditions().stream().allMatch(holds)) {
          script.append("echo '").append(MARK).append(block.line()).append("'\n");
          script.append(block.script());
        }
      }
      return script.append("echo '").append(MARK).append("end'\n").toString();
    }

    /** What is wrong with the output of the script, block by block; empty when nothing is. */
    String compare(Predicate<String> holds, String printed) {
      StringBuilder wrong = new StringBuilder();
      for (Block block : blocks) {
        if (block.conditions().stream().allMatch(holds)) {
          String mark = MARK + block.line() + "\n";
          int from = printed.indexOf(mark);
          int to = printed.indexOf(MARK, from + 1);
          String text =
              from < 0 ? "(never run)" : printed.substring(from + mark.length(), end(to, printed));
          if (from < 0 || to < 0 || !block.isPrintedBy(text)) {
            wrong.append("line ").append(block.line()).append(", shown:\n").append(block.output());
            wrong.append("printed:\n").append(text).append('\n');
          }
        }
      }
      return wrong.toString();
    }

    private static int end(int mark, String printed) {
      return mark < 0 ? printed.length() : mark;
    }
  }

  static List<Chapter> read() throws IOException {
    List<String> lines = Files.readAllLines(FILE);
    List<Chapter> chapters = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("## ")) {
        blocks = new ArrayList<>();
        chapters.add(new Chapter(line.substring(3), blocks));
      } else if (line.equals(SHELL) || line.startsWith(SHELL + " ")) {
        String words = line.substring(SHELL.length()).strip();
        int end = end(lines, i);
        boolean shown = end + 1 < lines.size() && lines.get(end + 1).equals(OUTPUT);
        int outputEnd = shown ? end(lines, end + 1) : end;
        blocks.add(
            new Block(
                i + 2,
                words.isEmpty() ? List.of() : List.of(words.split(" ", -1)),
                text(lines, i + 1, end),
                shown ? text(lines, end + 2, outputEnd) : ""));
        i = outputEnd;
      } else if (line.startsWith(FENCE)) {
        throw new IOException(FILE + ":" + (i + 1) + ": a block that no test would run");
      }
    }
    return chapters;
  }

  /** The index of the line that closes the block that begins at {@code from}. */
  private static int end(List<String> lines, int from) throws IOException {
    for (int i = from + 1; i < lines.size(); i++) {
      if (lines.get(i).equals(FENCE)) {
        return i;
      }
    }
    throw new IOException(FILE + ":" + (from + 1) + ": the block has no end");
  }

  private static String text(List<String> lines, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (String line : lines.subList(from, to)) {
      text.append(line).append('\n');
    }
    return text.toString();
  }
}
