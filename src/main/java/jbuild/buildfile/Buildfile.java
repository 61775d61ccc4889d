package jbuild.buildfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed build file with what it includes: global ARGs, then one or more stages. */
public final class Buildfile {
  private final List<SourceText> sources;
  private final List<Word> includes;
  private final Directives directives;
  private final List<Instruction.Arg> globalArgs;
  private final List<Stage> stages;
  private final List<Warning> warnings;

  /**
   * @param sources the file itself, then what it includes
   * @param includes the paths of the latter as written
   */
  Buildfile(
      List<SourceText> sources,
      List<Word> includes,
      Directives directives,
      List<Instruction.Arg> globalArgs,
      List<Stage> stages,
      List<Warning> warnings) {
    this.sources = List.copyOf(sources);
    this.includes = List.copyOf(includes);
    this.directives = directives;
    this.globalArgs = List.copyOf(globalArgs);
    this.stages = List.copyOf(stages);
    this.warnings = List.copyOf(warnings);
  }

  public String fileName() {
    return main().fileName();
  }

  public Directives directives() {
    return directives;
  }

  /** The paths that INCLUDEs name, which leave nothing else in the tree. */
  public List<Word> includes() {
    return includes;
  }

  /** The ARG instructions before the first FROM. */
  public List<Instruction.Arg> globalArgs() {
    return globalArgs;
  }

  /** At least one. */
  public List<Stage> stages() {
    return stages;
  }

  public List<Warning> warnings() {
    return warnings;
  }

  /** The text of a line, counted from 1, without its line end. */
  public String line(int number) {
    return main().line(number);
  }

  /** The text of the line in which a range starts. */
  public String line(SourceRange range) {
    return sources.get(range.file()).line(range.startLine());
  }

  /** The file that a range belongs to: this one, or one that is included. */
  public String fileName(SourceRange range) {
    return sources.get(range.file()).fileName();
  }

  /** {@code Buildfile:3:1}, as messages name a place. */
  public String place(SourceRange range) {
    return fileName(range) + ":" + range;
  }

  /**
   * Parses a trigger of a base.
   *
   * @param place what all its ranges shall be, since it stands in no file: that of the FROM
   */
  public Instruction trigger(String expression, SourceRange place) throws BuildfileException {
    return TriggerParser.parse(expression, sources.get(place.file()), place, directives);
  }

  private SourceText main() {
    return sources.get(0);
  }

  /** An error that points at a place of this file. */
  public BuildfileException error(SourceRange range, String message, @Nullable String hint) {
    return sources.get(range.file()).error(range, message, hint);
  }

  public BuildfileException error(SourceRange range, String message) {
    return error(range, message, null);
  }

  /** An error about the file as a whole. */
  public BuildfileException error(String message, @Nullable String hint) {
    return new BuildfileException(fileName(), null, "", message, hint);
  }
}
