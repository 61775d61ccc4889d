package jbuild.buildfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed build file: global ARGs, then one or more stages. */
public final class Buildfile {
  private final SourceText source;
  private final Directives directives;
  private final List<Instruction.Arg> globalArgs;
  private final List<Stage> stages;
  private final List<Warning> warnings;

  Buildfile(
      SourceText source,
      Directives directives,
      List<Instruction.Arg> globalArgs,
      List<Stage> stages,
      List<Warning> warnings) {
    this.source = source;
    this.directives = directives;
    this.globalArgs = List.copyOf(globalArgs);
    this.stages = List.copyOf(stages);
    this.warnings = List.copyOf(warnings);
  }

  public String fileName() {
    return source.fileName();
  }

  public Directives directives() {
    return directives;
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
    return source.line(number);
  }

  /** An error that points at a place of this file. */
  public BuildfileException error(SourceRange range, String message, @Nullable String hint) {
    return source.error(range, message, hint);
  }

  public BuildfileException error(SourceRange range, String message) {
    return source.error(range, message, null);
  }

  /** An error about the file as a whole. */
  public BuildfileException error(String message, @Nullable String hint) {
    return new BuildfileException(fileName(), null, "", message, hint);
  }
}
