package jbuild.arguments;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The text that {@code --help} prints, for a terminal of 80 columns. */
final class HelpText {
  private static final int WIDTH = 80;

  /** A longer synopsis of an option has its description below it, not beside it. */
  private static final int MAX_LEFT = 30;

  private static final String NO_SHORT_NAME = "    ";

  /** Something typed, and what it means. */
  private record Row(String left, String right) {}

  private final CommandSpec spec;
  private final StringBuilder text = new StringBuilder();

  HelpText(CommandSpec spec) {
    this.spec = spec;
  }

  String of(String command) {
    text.append("Usage: ").append(command).append(' ').append(spec.synopsis()).append("\n\n");
    for (String paragraph : spec.description()) {
      for (String line : wrap(paragraph, WIDTH)) {
        text.append(line).append('\n');
      }
    }
    List<Row> operands = operands();
    List<Row> options = options();
    int left = Math.max(width(operands), width(options));
    section("Operands", operands, left);
    section("Options", options, left);
    return text.toString();
  }

  private List<Row> operands() {
    List<Row> rows = new ArrayList<>();
    for (OperandSpec operand : spec.operands().specs()) {
      rows.add(new Row(operand.synopsis(), operand.description()));
    }
    return rows;
  }

  private List<Row> options() {
    List<OptionSpec> sorted = new ArrayList<>(spec.options());
    sorted.sort(Comparator.comparing(OptionSpec::name));
    List<Row> rows = new ArrayList<>();
    for (OptionSpec option : sorted) {
      String indent = option.names().size() == 1 ? NO_SHORT_NAME : "";
      rows.add(new Row(indent + option.synopsis(), option.description()));
    }
    return rows;
  }

  private static int width(List<Row> rows) {
    int width = 0;
    for (Row row : rows) {
      if (row.left.length() <= MAX_LEFT) {
        width = Math.max(width, row.left.length());
      }
    }
    return width;
  }

  private void section(String title, List<Row> rows, int left) {
    if (rows.isEmpty()) {
      return;
    }
    text.append('\n').append(title).append(":\n");
    String indent = " ".repeat(left + 4);
    for (Row row : rows) {
      String start = "  " + row.left;
      boolean beside = row.left.length() <= left;
      text.append(start).append(beside ? indent.substring(start.length()) : "\n" + indent);
      text.append(String.join("\n" + indent, wrap(row.right, WIDTH - indent.length())));
      text.append('\n');
    }
  }

  /** Lines of whole words; a word that is longer than a line has one for itself. */
  private static List<String> wrap(String paragraph, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : paragraph.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
