package jbuild.buildfile;

import java.util.Arrays;

/** An instruction with its continuation lines joined, which remembers where each part stood. */
final class LogicalLine {
  private final SourceText source;
  private final String text;
  private final int[] offsets;
  private final int[] lines;
  private final int[] columns;
  private final int segments;

  private LogicalLine(Builder builder) {
    this.source = builder.source;
    this.text = builder.text.toString();
    this.offsets = builder.offsets;
    this.lines = builder.lines;
    this.columns = builder.columns;
    this.segments = builder.segments;
  }

  String text() {
    return text;
  }

  int startLine() {
    return lines[0];
  }

  /** The place in the file of a non-empty part of the text; an empty part gets one column. */
  SourceRange range(int from, int to) {
    int first = segmentOf(from);
    int last = segmentOf(Math.max(from, to - 1));
    int endColumn = columns[last] + Math.max(from + 1, to) - offsets[last];
    return source.range(
        lines[first], columns[first] + from - offsets[first], lines[last], endColumn);
  }

  Word word(int from, int to) {
    return new Word(text.substring(from, to), range(from, to));
  }

  private int segmentOf(int offset) {
    int found = Arrays.binarySearch(offsets, 0, segments, offset);
    return found >= 0 ? found : -found - 2;
  }

  /** Collects the parts. */
  static final class Builder {
    private final SourceText source;
    private final StringBuilder text = new StringBuilder();
    private int[] offsets = new int[4];
    private int[] lines = new int[4];
    private int[] columns = new int[4];
    private int segments;

    Builder(SourceText source) {
      this.source = source;
    }

    int length() {
      return text.length();
    }

    /** Adds a part of a source line; empty ones leave no trace but the first. */
    void add(String part, int line, int column) {
      if (part.isEmpty() && segments > 0) {
        return;
      }
      boolean replacesEmptyFirst = segments == 1 && text.length() == 0;
      int index = replacesEmptyFirst ? 0 : segments++;
      if (index == offsets.length) {
        offsets = Arrays.copyOf(offsets, index * 2);
        lines = Arrays.copyOf(lines, index * 2);
        columns = Arrays.copyOf(columns, index * 2);
      }
      offsets[index] = text.length();
      lines[index] = line;
      columns[index] = column;
      text.append(part);
    }

    LogicalLine build() {
      return new LogicalLine(this);
    }
  }
}
