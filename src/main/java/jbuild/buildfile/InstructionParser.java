package jbuild.buildfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Statement to typed instruction: number and form of the arguments. */
final class InstructionParser {
  private final SourceText source;
  private final FlagChecker flags;
  private final HealthcheckParser healthchecks;

  InstructionParser(SourceText source) {
    this.source = source;
    this.flags = new FlagChecker(source);
    this.healthchecks = new HealthcheckParser(source);
  }

  Instruction parse(Statement statement, int lastLine) throws BuildfileException {
    flags.check(statement);
    Origin origin = origin(statement, lastLine);
    List<Word> words = statement.words();
    return switch (statement.keyword()) {
      case FROM -> from(statement, origin);
      case ARG -> new Instruction.Arg(origin, definitions(statement));
      case ENV -> new Instruction.Env(origin, pairs(statement));
      case LABEL -> new Instruction.Label(origin, pairs(statement));
      case MAINTAINER -> new Instruction.Maintainer(origin, only(statement));
      case RUN -> new Instruction.Run(origin, run(statement), statement.heredocs());
      case CMD -> new Instruction.Cmd(origin, command(words, statement.json()));
      case ENTRYPOINT -> new Instruction.Entrypoint(origin, command(words, statement.json()));
      case COPY -> new Instruction.Copy(origin, transfer(statement));
      case ADD -> new Instruction.Add(origin, transfer(statement));
      case EXPOSE -> new Instruction.Expose(origin, some(statement));
      case VOLUME -> new Instruction.Volume(origin, volumes(statement));
      case USER -> new Instruction.User(origin, only(statement));
      case WORKDIR -> new Instruction.Workdir(origin, only(statement));
      case STOPSIGNAL -> new Instruction.StopSignal(origin, only(statement));
      case SHELL -> new Instruction.Shell(origin, shell(statement));
      case HEALTHCHECK ->
          new Instruction.HealthcheckInstruction(
              origin, healthchecks.parse(some(statement), statement.json(), origin));
      case ONBUILD -> onbuild(statement, origin, lastLine);
      case UNSET -> unset(statement, origin);
      case INCLUDE -> throw new IllegalStateException("INCLUDE is no instruction of a stage");
    };
  }

  private Origin origin(Statement statement, int lastLine) {
    SourceRange place = source.place();
    if (place != null) {
      return new Origin(
          statement.keyword().name(), place, statement.line().text(), statement.flags());
    }
    SourceRange keyword = statement.keywordWord().range();
    LogicalLine line = statement.line();
    SourceRange last = line.range(Math.max(0, statement.restEnd() - 1), statement.restEnd());
    int endColumn =
        last.endLine() == lastLine ? last.endColumn() : source.line(lastLine).length() + 1;
    return new Origin(
        statement.keyword().name(),
        source.range(
            keyword.startLine(),
            keyword.startColumn(),
            Math.max(lastLine, last.endLine()),
            endColumn),
        line.text(),
        statement.flags());
  }

  private Instruction.From from(Statement statement, Origin origin) throws BuildfileException {
    List<Word> words = statement.words();
    if (words.size() == 1) {
      return new Instruction.From(origin, words.get(0), null);
    }
    if (words.size() != 3 || !words.get(1).text().equalsIgnoreCase("AS")) {
      throw source.error(
          words.isEmpty() ? statement.keywordWord().range() : words.get(0).range(),
          "FROM takes an image, or an image AS a name",
          null);
    }
    Word name = words.get(2);
    String lower = name.text().toLowerCase(Locale.ROOT);
    if (!isStageName(lower)) {
      throw source.error(
          name.range(),
          "invalid stage name: " + name.text(),
          "a letter, then letters, digits, - _ and .");
    }
    return new Instruction.From(origin, words.get(0), new Word(lower, name.range()));
  }

  private static boolean isStageName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      boolean later = (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      if (!letter && (i == 0 || !later)) {
        return false;
      }
    }
    return true;
  }

  private List<Instruction.Definition> definitions(Statement statement) throws BuildfileException {
    List<Instruction.Definition> definitions = new ArrayList<>();
    for (Word word : some(statement)) {
      int equals = word.text().indexOf('=');
      if (equals < 0) {
        definitions.add(new Instruction.Definition(word, null));
        continue;
      }
      Word name = new Word(word.text().substring(0, equals), word.range());
      refuseBlankName(statement, name);
      definitions.add(
          new Instruction.Definition(
              name, new Word(word.text().substring(equals + 1), word.range())));
    }
    return definitions;
  }

  private List<Instruction.Pair> pairs(Statement statement) throws BuildfileException {
    if (statement.pairs().isEmpty()) {
      throw tooFew(statement);
    }
    for (Instruction.Pair pair : statement.pairs()) {
      refuseBlankName(statement, pair.name());
    }
    return statement.pairs();
  }

  private void refuseBlankName(Statement statement, Word name) throws BuildfileException {
    if (name.text().isEmpty()) {
      throw source.error(name.range(), statement.keyword() + " with an empty name", null);
    }
  }

  private CommandLine run(Statement statement) throws BuildfileException {
    if (statement.words().isEmpty()) {
      throw tooFew(statement);
    }
    return command(statement.words(), statement.json());
  }

  /** CMD and ENTRYPOINT may be empty: {@code []} and nothing at all both unset the image's. */
  static CommandLine command(List<Word> words, boolean json) {
    if (json || words.isEmpty()) {
      return new CommandLine.Exec(texts(words));
    }
    return new CommandLine.Shell(words.get(0).text());
  }

  private Instruction.Transfer transfer(Statement statement) throws BuildfileException {
    List<Word> words = statement.words();
    if (words.size() < 2) {
      throw source.error(
          words.isEmpty() ? statement.keywordWord().range() : words.get(0).range(),
          statement.keyword() + " takes at least one source and a destination",
          null);
    }
    Word destination = words.get(words.size() - 1);
    if (HeredocMark.parse(destination.text()) != null && !statement.json()) {
      throw source.error(
          destination.range(),
          statement.keyword() + " cannot take a here-document as destination",
          null);
    }
    List<Word> sources = new ArrayList<>();
    List<Heredoc> files = new ArrayList<>();
    Map<String, Heredoc> documents = byName(statement.heredocs());
    for (Word word : words.subList(0, words.size() - 1)) {
      Heredoc mark = statement.json() ? null : HeredocMark.parse(word.text());
      Heredoc document = mark == null ? null : documents.get(mark.name());
      if (document != null) {
        files.add(document);
      } else if (mark == null) {
        sources.add(word);
      } else {
        throw source.error(word.range(), "here-document not found: " + word.text(), null);
      }
    }
    return new Instruction.Transfer(sources, files, destination);
  }

  /** By name: of two documents with one name the last counts, as in BuildKit. */
  private static Map<String, Heredoc> byName(List<Heredoc> documents) {
    Map<String, Heredoc> names = new HashMap<>();
    for (Heredoc document : documents) {
      names.put(document.name(), document);
    }
    return names;
  }

  private List<Word> volumes(Statement statement) throws BuildfileException {
    List<Word> volumes = new ArrayList<>();
    for (Word word : some(statement)) {
      Word trimmed = new Word(Spaces.trim(word.text()), word.range());
      if (trimmed.text().isEmpty()) {
        throw source.error(word.range(), "VOLUME with an empty path", null);
      }
      volumes.add(trimmed);
    }
    return volumes;
  }

  private List<String> shell(Statement statement) throws BuildfileException {
    List<Word> words = some(statement);
    if (!statement.json()) {
      throw source.error(
          words.get(0).range(), "SHELL takes a JSON array", "for example [\"/bin/sh\", \"-c\"]");
    }
    return texts(words);
  }

  private Instruction onbuild(Statement statement, Origin origin, int lastLine)
      throws BuildfileException {
    Statement inner = statement.inner();
    if (inner == null) {
      throw tooFew(statement);
    }
    if (!inner.keyword().canBeTrigger()) {
      throw source.error(
          inner.keywordWord().range(),
          inner.keyword() + " cannot be the trigger of an ONBUILD",
          null);
    }
    StringBuilder expression = new StringBuilder(statement.rest());
    for (Heredoc document : statement.heredocs()) {
      expression.append('\n').append(document.content()).append(document.name());
    }
    return new Instruction.Onbuild(origin, expression.toString(), parse(inner, lastLine));
  }

  private Instruction unset(Statement statement, Origin origin) throws BuildfileException {
    List<Word> words = some(statement);
    Word first = words.get(0);
    Instruction.Unset.Kind kind = Instruction.Unset.Kind.find(first.text());
    if (kind == null) {
      String near = Suggestion.hint(first.text(), Instruction.Unset.Kind.NAMES);
      throw source.error(
          first.range(),
          "UNSET of " + first.text(),
          near != null ? near : "it can be ENV, LABEL, VOLUME or EXPOSE");
    }
    if (words.size() == 1) {
      throw source.error(first.range(), "UNSET " + kind + " names nothing", null);
    }
    return new Instruction.Unset(origin, kind, words.subList(1, words.size()));
  }

  private Word only(Statement statement) throws BuildfileException {
    if (statement.words().size() != 1) {
      throw source.error(
          statement.keywordWord().range(), statement.keyword() + " takes one argument", null);
    }
    return statement.words().get(0);
  }

  private List<Word> some(Statement statement) throws BuildfileException {
    if (statement.words().isEmpty()) {
      throw tooFew(statement);
    }
    return statement.words();
  }

  private BuildfileException tooFew(Statement statement) {
    return source.error(
        statement.keywordWord().range(),
        statement.keyword() + " takes at least one argument",
        null);
  }

  static List<String> texts(List<Word> words) {
    List<String> texts = new ArrayList<>(words.size());
    for (Word word : words) {
      texts.add(word.text());
    }
    return texts;
  }
}
