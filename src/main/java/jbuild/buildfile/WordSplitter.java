package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;

/** The ways to cut a part of a logical line into words. Positions are offsets into its text. */
final class WordSplitter {
  private final LogicalLine line;
  private final String text;
  private final char escape;
  private final int end;

  WordSplitter(LogicalLine line, char escape, int end) {
    this.line = line;
    this.text = line.text();
    this.escape = escape;
    this.end = end;
  }

  /** The set that separates a keyword and plain words: narrower than {@link Spaces}. */
  static boolean isSeparator(char c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\r' || c == 0x0b;
  }

  /** Words between blanks; quotes have no meaning. */
  List<Word> plainWords(int from) {
    List<Word> words = new ArrayList<>();
    int i = from;
    while (i < end) {
      int start = i;
      while (i < end && !isSeparator(text.charAt(i))) {
        i++;
      }
      words.add(line.word(start, i));
      while (i < end && isSeparator(text.charAt(i))) {
        i++;
      }
    }
    return words;
  }

  /** Words between blanks that stand outside quotes; quotes and escapes stay in the words. */
  List<Word> quotedWords(int from) {
    List<Word> words = new ArrayList<>();
    int i = skipBlanks(from);
    while (i < end) {
      int start = i;
      i = endOfQuotedWord(i);
      // An escape character as the very last character is dropped.
      boolean danglingEscape = i == end && endsWithDanglingEscape(start);
      int wordEnd = danglingEscape ? end - 1 : i;
      if (wordEnd > start) {
        words.add(line.word(start, wordEnd));
      }
      i = skipBlanks(i);
    }
    return words;
  }

  private int endOfQuotedWord(int from) {
    char quote = 0;
    int i = from;
    while (i < end) {
      char c = text.charAt(i);
      if (quote == 0 && Spaces.isSpace(c)) {
        return i;
      }
      if (c == escape && quote != '\'') {
        i += 2;
        continue;
      }
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      }
      i++;
    }
    return end;
  }

  private boolean endsWithDanglingEscape(int from) {
    char quote = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      if (c == escape && quote != '\'') {
        if (i == end - 1) {
          return true;
        }
        i++;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      }
    }
    return false;
  }

  /**
   * Takes the words that start with {@code --}, quotes and escapes removed; a lone {@code --} ends
   * them. Returns where the rest begins.
   */
  int takeFlags(int from, List<Flag> flags) {
    int i = skipBlanks(from);
    while (i + 1 < end && text.charAt(i) == '-' && text.charAt(i + 1) == '-') {
      int start = i;
      StringBuilder word = new StringBuilder();
      i = readFlag(i, word);
      if (word.length() == 2) {
        return skipBlanks(i);
      }
      int equals = word.indexOf("=");
      flags.add(
          new Flag(
              equals < 0 ? word.substring(2) : word.substring(2, equals),
              equals < 0 ? null : word.substring(equals + 1),
              line.range(start, i)));
      i = skipBlanks(i);
    }
    return i;
  }

  private int readFlag(int from, StringBuilder word) {
    char quote = 0;
    int i = from;
    while (i < end) {
      char c = text.charAt(i);
      if (quote == 0 && Spaces.isSpace(c)) {
        return i;
      }
      i++;
      if (c == escape) {
        if (i < end) {
          word.append(text.charAt(i++));
        }
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else {
        word.append(c);
      }
    }
    return i;
  }

  int skipBlanks(int from) {
    return Math.min(end, Spaces.skip(text, from));
  }
}
