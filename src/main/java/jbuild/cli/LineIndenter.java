package jbuild.cli;

import java.io.PrintStream;

/** Passes bytes on with two spaces before every line; bytes stay bytes, whatever their encoding. */
final class LineIndenter {
  private static final byte[] INDENT = {' ', ' '};

  private final PrintStream out;
  private boolean atLineStart = true;

  LineIndenter(PrintStream out) {
    this.out = out;
  }

  void write(byte[] bytes, int length) {
    int from = 0;
    for (int i = 0; i < length; i++) {
      if (atLineStart) {
        out.write(INDENT, 0, INDENT.length);
        atLineStart = false;
      }
      if (bytes[i] == '\n') {
        out.write(bytes, from, i + 1 - from);
        from = i + 1;
        atLineStart = true;
      }
    }
    out.write(bytes, from, length - from);
  }

  /** Ends a line that the program left open. */
  void end() {
    if (!atLineStart) {
      out.println();
      atLineStart = true;
    }
  }
}
