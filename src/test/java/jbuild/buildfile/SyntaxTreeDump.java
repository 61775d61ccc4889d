package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;

/** A syntax tree as text, one line an instruction: its place, its keyword, its parts quoted. */
final class SyntaxTreeDump implements Instruction.Visitor<String, RuntimeException> {

  static String of(Buildfile buildfile) {
    SyntaxTreeDump dump = new SyntaxTreeDump();
    StringBuilder text = new StringBuilder();
    Directives directives = buildfile.directives();
    text.append("escape ").append(directives.escape());
    text.append(" syntax ").append(directives.syntax());
    text.append(" check ").append(directives.check()).append('\n');
    buildfile.globalArgs().forEach(arg -> dump.line(text, arg));
    for (Stage stage : buildfile.stages()) {
      text.append("stage ").append(stage.displayName()).append('\n');
      dump.line(text, stage.from());
      stage.instructions().forEach(instruction -> dump.line(text, instruction));
    }
    for (Warning warning : buildfile.warnings()) {
      text.append("warning ").append(warning.range()).append(' ').append(warning.message());
      text.append('\n');
    }
    return text.toString();
  }

  private void line(StringBuilder text, Instruction instruction) {
    SourceRange range = instruction.origin().range();
    text.append(range).append('-').append(range.endLine()).append(':').append(range.endColumn());
    text.append(' ').append(full(instruction)).append('\n');
  }

  private String full(Instruction instruction) {
    StringBuilder text = new StringBuilder(instruction.origin().keyword());
    for (Flag flag : instruction.origin().flags()) {
      text.append(" --").append(flag.name());
      text.append(flag.value() == null ? "" : "=" + GoText.quote(flag.value()));
      text.append('@').append(flag.range());
    }
    return text.append(instruction.accept(this)).toString();
  }

  private static String word(Word word) {
    return " " + GoText.quote(word.text()) + "@" + word.range();
  }

  private static String words(List<Word> words) {
    StringBuilder text = new StringBuilder();
    words.forEach(word -> text.append(word(word)));
    return text.toString();
  }

  private static String pairs(List<Instruction.Pair> pairs) {
    List<String> texts = new ArrayList<>();
    for (Instruction.Pair pair : pairs) {
      String separator = pair.legacy() ? " " : "=";
      texts.add(GoText.quote(pair.name().text()) + separator + GoText.quote(pair.value().text()));
    }
    return " " + String.join(" ", texts);
  }

  private static String command(CommandLine command) {
    return command instanceof CommandLine.Exec exec
        ? " exec " + GoText.quote(exec.argv())
        : " shell " + GoText.quote(((CommandLine.Shell) command).text());
  }

  private static String heredocs(List<Heredoc> documents) {
    StringBuilder text = new StringBuilder();
    for (Heredoc document : documents) {
      text.append(" <<").append(document.name());
      text.append(document.expand() ? "" : " literal").append(document.chomp() ? " chomp" : "");
      text.append(document.descriptor() == 0 ? "" : " fd" + document.descriptor());
      text.append(' ').append(GoText.quote(document.body()));
    }
    return text.toString();
  }

  private static String transfer(Instruction.Transfer transfer) {
    return words(transfer.sources())
        + heredocs(transfer.files())
        + " to"
        + word(transfer.destination());
  }

  @Override
  public String visit(Instruction.From from) {
    return word(from.base()) + (from.name() == null ? "" : " as" + word(from.name()));
  }

  @Override
  public String visit(Instruction.Arg arg) {
    StringBuilder text = new StringBuilder();
    for (Instruction.Definition definition : arg.definitions()) {
      text.append(' ').append(definition.name().text());
      Word value = definition.value();
      text.append(value == null ? "" : "=" + GoText.quote(value.text()));
    }
    return text.toString();
  }

  @Override
  public String visit(Instruction.Env env) {
    return pairs(env.pairs());
  }

  @Override
  public String visit(Instruction.Label label) {
    return pairs(label.pairs());
  }

  @Override
  public String visit(Instruction.Maintainer maintainer) {
    return word(maintainer.name());
  }

  @Override
  public String visit(Instruction.Run run) {
    return command(run.command()) + heredocs(run.heredocs());
  }

  @Override
  public String visit(Instruction.Copy copy) {
    return transfer(copy.transfer());
  }

  @Override
  public String visit(Instruction.Add add) {
    return transfer(add.transfer());
  }

  @Override
  public String visit(Instruction.Cmd cmd) {
    return command(cmd.command());
  }

  @Override
  public String visit(Instruction.Entrypoint entrypoint) {
    return command(entrypoint.command());
  }

  @Override
  public String visit(Instruction.Expose expose) {
    return words(expose.ports());
  }

  @Override
  public String visit(Instruction.Volume volume) {
    return words(volume.paths());
  }

  @Override
  public String visit(Instruction.User user) {
    return word(user.user());
  }

  @Override
  public String visit(Instruction.Workdir workdir) {
    return word(workdir.path());
  }

  @Override
  public String visit(Instruction.StopSignal stopSignal) {
    return word(stopSignal.signal());
  }

  @Override
  public String visit(Instruction.Shell shell) {
    return " " + GoText.quote(shell.argv());
  }

  @Override
  public String visit(Instruction.HealthcheckInstruction healthcheck) {
    Healthcheck check = healthcheck.healthcheck();
    return String.join(
        " ",
        "",
        GoText.quote(check.test()),
        GoText.duration(check.interval()),
        GoText.duration(check.timeout()),
        GoText.duration(check.startPeriod()),
        GoText.duration(check.startInterval()),
        Integer.toString(check.retries()));
  }

  @Override
  public String visit(Instruction.Unset unset) {
    return " " + unset.kind() + words(unset.names());
  }

  @Override
  public String visit(Instruction.Onbuild onbuild) {
    return " " + GoText.quote(onbuild.expression()) + " -> " + full(onbuild.trigger());
  }
}
