package jbuild.buildfile;

/** The trigger of a base, which is one instruction (reference, "ONBUILD"). */
final class TriggerParser {
  private TriggerParser() {}

  static Instruction parse(
      String expression, SourceText file, SourceRange place, Directives directives)
      throws BuildfileException {
    SourceText source = SourceText.trigger(expression, file, place);
    StatementReader statements = new StatementReader(source, directives);
    Statement statement = statements.next();
    if (statement == null) {
      throw source.error(place, "the trigger is no instruction", null);
    }
    if (!statement.keyword().canBeTrigger()) {
      throw source.error(place, statement.keyword() + " cannot be a trigger", null);
    }
    Instruction trigger =
        new InstructionParser(source).parse(statement, statements.lines().lastLine());
    if (statements.next() != null) {
      throw source.error(place, "the trigger is more than one instruction", null);
    }
    return trigger;
  }
}
