package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a file statement by statement: lines, words, flags and here-documents. */
final class StatementReader {
  private final SourceText source;
  private final LineReader lines;

  StatementReader(SourceText source) {
    this.source = source;
    this.lines = new LineReader(source);
  }

  /** Reads a text that is part of another one, which has {@code directives}. */
  StatementReader(SourceText source, Directives directives) {
    this.source = source;
    this.lines = new LineReader(source, directives);
  }

  LineReader lines() {
    return lines;
  }

  /** The next statement with its here-documents, or null at the end of the file. */
  @Nullable Statement next() throws BuildfileException {
    LogicalLine line = lines.next();
    if (line == null) {
      return null;
    }
    int end = line.text().length();
    refuseDamage(line.text(), line.range(0, Math.max(1, end)));
    Statement statement = statement(line, Spaces.skip(line.text(), 0));
    if (statement.takesHeredocs() && line.text().contains("<<")) {
      return statement.withHeredocs(readHeredocs(line));
    }
    return statement;
  }

  private Statement statement(LogicalLine line, int from) throws BuildfileException {
    String text = line.text();
    int end = text.length();
    while (end > from && Spaces.isSpace(text.charAt(end - 1))) {
      end--;
    }
    int keywordEnd = from;
    while (keywordEnd < end && !WordSplitter.isSeparator(text.charAt(keywordEnd))) {
      keywordEnd++;
    }
    if (keywordEnd == from) {
      throw source.error(line.range(from, from), "instruction without a keyword", null);
    }
    Word keywordWord = line.word(from, keywordEnd);
    Keyword keyword = Keyword.find(keywordWord.text());
    if (keyword == null) {
      throw source.error(
          keywordWord.range(),
          "unknown instruction: " + keywordWord.text(),
          Suggestion.hint(keywordWord.text(), Keyword.names()));
    }
    WordSplitter splitter = new WordSplitter(line, lines.escape(), end);
    List<Flag> flags = new ArrayList<>();
    int rest = splitter.takeFlags(keywordEnd, flags);
    return cut(line, keyword, keywordWord, flags, splitter, rest, end);
  }

  private Statement cut(
      LogicalLine line,
      Keyword keyword,
      Word keywordWord,
      List<Flag> flags,
      WordSplitter splitter,
      int rest,
      int end)
      throws BuildfileException {
    List<Word> cut = List.of();
    List<Instruction.Pair> pairs = List.of();
    Statement inner = null;
    JsonArray json = null;
    switch (keyword.shape()) {
      case WORDS -> cut = splitter.plainWords(rest);
      case TEXT -> cut = wholeRest(line, rest, end);
      case NAMES -> cut = splitter.quotedWords(rest);
      case PAIRS -> pairs = pairs(line, keyword, splitter, rest, end);
      case JSON_OR_WORDS -> {
        json = json(line, keyword, rest, end);
        cut = json != null ? json.words() : splitter.plainWords(rest);
      }
      case JSON_OR_TEXT -> {
        json = json(line, keyword, rest, end);
        cut = json != null ? json.words() : wholeRest(line, rest, end);
      }
      case TYPE_AND_COMMAND -> {
        int typeEnd = endOfFirstWord(line.text(), rest, end);
        int command = splitter.skipBlanks(typeEnd);
        json = json(line, keyword, command, end);
        cut = new ArrayList<>(wholeRest(line, rest, typeEnd));
        cut.addAll(json != null ? json.words() : wholeRest(line, command, end));
      }
      case INSTRUCTION -> inner = rest == end ? null : innerStatement(line, rest);
    }
    return new Statement(
        line, keyword, keywordWord, flags, rest, end, cut, json != null, pairs, inner, List.of());
  }

  private Statement innerStatement(LogicalLine line, int rest) throws BuildfileException {
    int keywordEnd = rest;
    while (keywordEnd < line.text().length()
        && !WordSplitter.isSeparator(line.text().charAt(keywordEnd))) {
      keywordEnd++;
    }
    // Refused here and not later, because each level would be one more level of recursion.
    if (line.text().substring(rest, keywordEnd).equalsIgnoreCase("ONBUILD")) {
      throw source.error(
          line.range(rest, keywordEnd), "ONBUILD cannot be the trigger of an ONBUILD", null);
    }
    return statement(line, rest);
  }

  private static List<Word> wholeRest(LogicalLine line, int from, int to) {
    return from < to ? List.of(line.word(from, to)) : List.of();
  }

  private static int endOfFirstWord(String text, int from, int end) {
    int i = from;
    while (i < end && !Spaces.isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private @Nullable JsonArray json(LogicalLine line, Keyword keyword, int from, int end)
      throws BuildfileException {
    JsonArray json = JsonArray.read(line, from, end);
    if (json != null && json.firstNonString() >= 0) {
      throw source.error(
          line.range(json.firstNonString(), json.firstNonString() + 1),
          keyword + " in JSON form holds something that is not a string",
          null);
    }
    return json;
  }

  private List<Instruction.Pair> pairs(
      LogicalLine line, Keyword keyword, WordSplitter splitter, int rest, int end)
      throws BuildfileException {
    List<Word> quoted = splitter.quotedWords(rest);
    if (quoted.isEmpty()) {
      return List.of();
    }
    if (quoted.get(0).text().indexOf('=') < 0) {
      return List.of(legacyPair(line, keyword, rest, end));
    }
    List<Instruction.Pair> pairs = new ArrayList<>();
    for (Word word : quoted) {
      int equals = word.text().indexOf('=');
      if (equals < 0) {
        throw source.error(
            word.range(), "missing = in " + word.text(), keyword + " takes name=value");
      }
      // Both parts keep the range of the whole word: it is what an error should show.
      pairs.add(
          new Instruction.Pair(
              new Word(word.text().substring(0, equals), word.range()),
              new Word(word.text().substring(equals + 1), word.range()),
              false));
    }
    return pairs;
  }

  /** {@code ENV name value}: the value is the rest of the line, whatever it looks like. */
  private Instruction.Pair legacyPair(LogicalLine line, Keyword keyword, int rest, int end)
      throws BuildfileException {
    String text = line.text();
    int nameEnd = rest;
    while (nameEnd < end && !WordSplitter.isSeparator(text.charAt(nameEnd))) {
      nameEnd++;
    }
    int value = nameEnd;
    while (value < end && WordSplitter.isSeparator(text.charAt(value))) {
      value++;
    }
    if (value == nameEnd) {
      throw source.error(
          line.range(rest, end), keyword + " without a value", keyword + " takes name=value");
    }
    return new Instruction.Pair(line.word(rest, nameEnd), line.word(value, end), true);
  }

  private List<Heredoc> readHeredocs(LogicalLine line) throws BuildfileException {
    List<Heredoc> documents = new ArrayList<>();
    for (Heredoc opened : HeredocMark.findAll(line.text())) {
      StringBuilder content = new StringBuilder();
      while (true) {
        String raw = lines.nextRaw();
        if (raw == null) {
          throw source.error(
              line.range(0, line.text().length()),
              "here-document without its end: " + opened.name(),
              null);
        }
        String terminator = Spaces.trimLineEnd(raw);
        if (opened.chomp()) {
          terminator = withoutLeadingTabs(terminator);
        }
        if (terminator.equals(opened.name())) {
          break;
        }
        content.append(raw);
      }
      refuseDamage(content.toString(), line.range(0, line.text().length()));
      documents.add(
          new Heredoc(
              opened.name(),
              opened.expand(),
              opened.chomp(),
              opened.descriptor(),
              content.toString()));
    }
    return documents;
  }

  private static String withoutLeadingTabs(String line) {
    int start = 0;
    while (start < line.length() && line.charAt(start) == '\t') {
      start++;
    }
    return line.substring(start);
  }

  private void refuseDamage(String text, SourceRange range) throws BuildfileException {
    if (source.isDamaged(text)) {
      throw source.error(range, "instruction is not UTF-8", null);
    }
  }
}
