package jbuild.buildfile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Text to {@link Buildfile}, in one pass and in time linear in the text. */
public final class BuildfileParser {
  private final SourceText source;
  private final StatementReader statements;
  private final InstructionParser instructions;
  private final List<Instruction.Arg> globalArgs = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final List<Warning> duplicateNames = new ArrayList<>();
  private Instruction.@Nullable From from;
  private List<Instruction> body = new ArrayList<>();

  private BuildfileParser(SourceText source) {
    this.source = source;
    this.statements = new StatementReader(source);
    this.instructions = new InstructionParser(source);
  }

  /**
   * Parses a whole file.
   *
   * @param fileName as messages shall name it
   */
  public static Buildfile parse(String fileName, byte[] text) throws BuildfileException {
    return new BuildfileParser(SourceText.of(fileName, text)).parse();
  }

  private Buildfile parse() throws BuildfileException {
    Statement statement;
    while ((statement = statements.next()) != null) {
      add(instructions.parse(statement, statements.lines().lastLine()));
    }
    closeStage();
    if (stages.isEmpty()) {
      int last = Math.max(1, source.lines());
      throw source.error(
          new SourceRange(last, 1, last, 2),
          globalArgs.isEmpty() ? "file has no instructions" : "file has no FROM",
          null);
    }
    List<Warning> warnings = new ArrayList<>(statements.lines().warnings());
    warnings.addAll(duplicateNames);
    return new Buildfile(source, statements.lines().directives(), globalArgs, stages, warnings);
  }

  private void add(Instruction instruction) throws BuildfileException {
    if (instruction instanceof Instruction.From next) {
      closeStage();
      from = next;
      Word name = next.name();
      if (name != null && !names.add(name.text())) {
        duplicateNames.add(
            new Warning(name.range(), "stage name used before, now hidden: " + name.text()));
      }
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
