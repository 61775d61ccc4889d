package jbuild.buildfile;

/** A piece of an instruction, unexpanded, and where it stands. */
public record Word(String text, SourceRange range) {
  @Override
  public String toString() {
    return text;
  }
}
