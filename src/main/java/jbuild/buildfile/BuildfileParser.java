package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text to {@link Buildfile}, in one pass and in time linear in the text. */
public final class BuildfileParser {
  private final Includes includes;
  private final List<SourceText> sources = new ArrayList<>();
  private final List<Word> included = new ArrayList<>();
  private final List<Instruction.Arg> globalArgs = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();

  /** The files that are being read, each included by the one before it. */
  private final List<String> open = new ArrayList<>();

  private int words;
  private long includedBytes;
  private Instruction.@Nullable From from;
  private List<Instruction> body = new ArrayList<>();

  private BuildfileParser(Includes includes) {
    this.includes = includes;
  }

  /**
   * Parses a file that includes no other.
   *
   * @param fileName as messages shall name it
   */
  public static Buildfile parse(String fileName, byte[] text) throws BuildfileException {
    return parse(fileName, text, Includes.NONE);
  }

  /** Parses a whole file with what it includes. */
  public static Buildfile parse(String fileName, byte[] text, Includes includes)
      throws BuildfileException {
    return new BuildfileParser(includes).parse(SourceText.of(fileName, text));
  }

  private Buildfile parse(SourceText source) throws BuildfileException {
    StatementReader statements = new StatementReader(source);
    read(source, statements);
    closeStage();
    if (stages.isEmpty()) {
      int last = Math.max(1, source.lines());
      throw source.error(
          source.range(last, 1, last, 2),
          globalArgs.isEmpty() ? "file has no instructions" : "file has no FROM",
          null);
    }
    return new Buildfile(
        sources, included, statements.lines().directives(), globalArgs, stages, warnings);
  }

  private void read(SourceText source, StatementReader statements) throws BuildfileException {
    sources.add(source);
    open.add(source.fileName());
    InstructionParser instructions = new InstructionParser(source);
    Statement statement;
    while ((statement = statements.next()) != null) {
      count(source, statement);
      if (statement.keyword() == Keyword.INCLUDE) {
        include(source, statement, statements.lines().directives());
      } else {
        add(source, instructions.parse(statement, statements.lines().lastLine()));
      }
    }
    open.remove(open.size() - 1);
    warnings.addAll(statements.lines().warnings());
  }

  /** Over all files, so that a small file that is included often stays within bounds, too. */
  private void count(SourceText source, Statement statement) throws BuildfileException {
    words += statement.size();
    if (words > Limits.WORDS) {
      throw source.error(
          statement.keywordWord().range(), "file has more than " + Limits.WORDS + " words", null);
    }
  }

  private void include(SourceText source, Statement statement, Directives directives)
      throws BuildfileException {
    if (statement.words().isEmpty() || !statement.flags().isEmpty()) {
      throw source.error(statement.keywordWord().range(), "INCLUDE takes the path of a file", null);
    }
    Word path = statement.words().get(0);
    Includes.File file;
    try {
      file = includes.find(source.fileName(), path.text());
    } catch (SyntaxException e) {
      throw source.error(path.range(), "INCLUDE " + path + ": " + e.getMessage(), null);
    }
    if (open.contains(file.fileName())) {
      throw source.error(
          path.range(), "INCLUDE " + path + ": the file includes itself", includedBy());
    }
    includedBytes += file.text().length;
    if (open.size() >= Limits.INCLUDE_DEPTH
        || sources.size() > Limits.INCLUDES
        || includedBytes > Limits.INCLUDED_BYTES) {
      throw source.error(path.range(), "INCLUDE " + path + ": too many files", includedBy());
    }
    included.add(path);
    SourceText text = SourceText.of(file.fileName(), sources.size(), file.text());
    read(text, new StatementReader(text, directives));
  }

  private String includedBy() {
    return "being read: " + String.join(", ", open);
  }

  private void add(SourceText source, Instruction instruction) throws BuildfileException {
    if (instruction instanceof Instruction.From next) {
      closeStage();
      if (stages.size() == Limits.STAGES) {
        throw source.error(
            next.origin().range(), "file has more than " + Limits.STAGES + " stages", null);
      }
      from = next;
    } else if (from != null) {
      body.add(instruction);
    } else if (instruction instanceof Instruction.Arg arg) {
      globalArgs.add(arg);
    } else {
      throw source.error(
          instruction.origin().range(),
          instruction.origin().keyword() + " before the first FROM",
          "only ARG may stand there");
    }
  }

  private void closeStage() {
    if (from != null) {
      stages.add(new Stage(stages.size(), from, body));
      body = new ArrayList<>();
    }
  }
}
