package jbuild.buildfile;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The text of a build file by lines. A byte order mark at the start is not part of it. */
final class SourceText {
  private final String fileName;
  private final int number;
  private final @Nullable SourceText outer;
  private final @Nullable SourceRange place;
  private final String text;
  private final boolean malformed;
  private final int[] lineStarts;
  private final int lines;

  private SourceText(
      String fileName,
      int number,
      String text,
      boolean malformed,
      @Nullable SourceText outer,
      @Nullable SourceRange place) {
    this.fileName = fileName;
    this.number = number;
    this.outer = outer;
    this.place = place;
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
    return of(fileName, 0, bytes);
  }

  /**
   * @param number of the text among those that make up a build file
   */
  static SourceText of(String fileName, int number, byte[] bytes) {
    int offset = startsWithByteOrderMark(bytes) ? 3 : 0;
    String text = new String(bytes, offset, bytes.length - offset, StandardCharsets.UTF_8);
    // Comments may be in any encoding; instructions that hold such bytes are refused later.
    boolean suspicious = text.indexOf('\ufffd') >= 0;
    return new SourceText(fileName, number, text, suspicious && !isUtf8(bytes), null, null);
  }

  /**
   * A text that is in no file, the trigger of a base: each part of it has {@code place}, a range of
   * {@code outer}, which is where a user can do something about it.
   */
  static SourceText trigger(String text, SourceText outer, SourceRange place) {
    return new SourceText(outer.fileName, outer.number, text, false, outer, place);
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

  /** The one range that all parts of the text have; null for the text of a file. */
  @Nullable SourceRange place() {
    return place;
  }

  SourceRange range(int startLine, int startColumn, int endLine, int endColumn) {
    return place != null
        ? place
        : new SourceRange(number, startLine, startColumn, endLine, endColumn);
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
    if (outer != null) {
      return outer.error(range, "ONBUILD " + line(1) + ": " + message, hint);
    }
    return new BuildfileException(fileName, range, line(range.startLine()), message, hint);
  }
}
