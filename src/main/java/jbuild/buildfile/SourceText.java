package jbuild.buildfile;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The text of a build file by lines. A byte order mark at the start is not part of it. */
final class SourceText {
  private final String fileName;
  private final String text;
  private final boolean malformed;
  private final int[] lineStarts;
  private final int lines;

  private SourceText(String fileName, String text, boolean malformed) {
    this.fileName = fileName;
    this.text = text;
    this.malformed = malformed;
    int[] starts = new int[64];
    int count = 0;
    for (int start = 0; start < text.length(); count++) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
      }
      starts[count] = start;
      int newline = text.indexOf('\n', start);
      start = newline < 0 ? text.length() : newline + 1;
    }
    this.lineStarts = starts;
    this.lines = count;
  }

  static SourceText of(String fileName, byte[] bytes) {
    int offset = startsWithByteOrderMark(bytes) ? 3 : 0;
    String text = new String(bytes, offset, bytes.length - offset, StandardCharsets.UTF_8);
    // Comments may be in any encoding; instructions that hold such bytes are refused later.
    boolean suspicious = text.indexOf('\ufffd') >= 0;
    return new SourceText(fileName, text, suspicious && !isUtf8(bytes));
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean startsWithByteOrderMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf;
  }

  String fileName() {
    return fileName;
  }

  int lines() {
    return lines;
  }

  /** The line with its line end, counted from 1. */
  String rawLine(int number) {
    int end = number == lines ? text.length() : lineStarts[number];
    return text.substring(lineStarts[number - 1], end);
  }

  /** The line without its line end, counted from 1; empty beyond the last. */
  String line(int number) {
    if (number < 1 || number > lines) {
      return "";
    }
    int start = lineStarts[number - 1];
    int end = number == lines ? text.length() : lineStarts[number];
    while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Whether a text from this file stands for bytes that were not UTF-8. */
  boolean isDamaged(String part) {
    return malformed && part.indexOf('\ufffd') >= 0;
  }

  BuildfileException error(SourceRange range, String message, @Nullable String hint) {
    return new BuildfileException(fileName, range, line(range.startLine()), message, hint);
  }
}
