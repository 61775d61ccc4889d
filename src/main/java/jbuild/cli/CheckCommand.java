package jbuild.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.buildfile.IgnoreRules;
import jbuild.check.CheckRequest;
import jbuild.check.KnownImages;
import jbuild.check.Severity;

/** {@code jbuild check}: what the rules say of a Buildfile, without building it. */
final class CheckCommand implements Command {
  private static final List<String> FORMATS = List.of("text", "json", "sarif");

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Check a Buildfile with the rules of docs/checks, without building it.",
            "The exit code is 0 when there is nothing to say as bad as --fail-on, 1 when there is,"
                + " 2 for a command line that cannot be meant.")
        .value(
            "FILE",
            "The Buildfile (default: Buildfile, Containerfile or Dockerfile in the context).",
            "-f",
            "--file")
        .value("text|json|sarif", "How to print (default: text).", "--format")
        .value(
            "warning|error|never",
            "What makes the exit code 1: warnings and errors, errors alone, nothing (default:"
                + " warning).",
            "--fail-on")
        .flag("Report extensions of jbuild, which other builders refuse.", "--dockerfile")
        .value("STAGE", "Check the stages that this one needs, instead of all.", "--target")
        .options(BuildArgs.options())
        .optionalOperand(
            "CONTEXT", "The directory whose .dockerignore counts (default: the current one).")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    String format = choice(arguments, "--format", "text", FORMATS);
    String failOn = choice(arguments, "--fail-on", "warning", List.of("warning", "error", "never"));
    Path typed = context(arguments);
    Path context = typed.toRealPath();
    String given = arguments.text("--file");
    boolean isStdin = BuildInput.STDIN.equals(given);
    Path file =
        isStdin
            ? context.resolve(BuildInput.STDIN)
            : given == null ? BuildInput.inContext(typed) : Path.of(given);
    byte[] text = isStdin ? BuildInput.limited(wiring.stdin()) : BuildInput.read(file);
    Path ignoreFile = BuildInput.ignoreFile(isStdin ? null : file, context);
    IgnoreRules rules =
        ignoreFile == null
            ? IgnoreRules.NONE
            : IgnoreRules.parse(ignoreFile.toString(), BuildInput.read(ignoreFile));
    CheckRequest request =
        new CheckRequest(
            BuildArgs.of(arguments, wiring.console().environment()),
            arguments.text("--target"),
            ImageOptions.host(),
            rules,
            ignoreFile == null ? "" : ignoreFile.getFileName().toString(),
            images(arguments, wiring),
            arguments.flag("--dockerfile"));
    CheckedFile checked =
        CheckedFile.of(
            isStdin ? BuildInput.STDIN : file.toString(),
            text,
            new IncludedFiles(file, context),
            request);
    print(wiring.console().out(), format, checked);
    if (failOn.equals("never")) {
      return 0;
    }
    Severity level = failOn.equals("error") ? Severity.ERROR : Severity.WARNING;
    return checked.hasAtLeast(level) || checked.failsBuild() ? 1 : 0;
  }

  private static Path context(Arguments arguments) throws UsageException {
    List<String> operands = arguments.operands();
    Path context = Path.of(operands.isEmpty() ? "." : operands.get(0));
    if (!Files.isDirectory(context)) {
      throw new UsageException(
          "context "
              + context
              + ": "
              + (Files.exists(context) ? "not a" : "no such")
              + " directory");
    }
    return context;
  }

  private static String choice(
      Arguments arguments, String option, String standard, List<String> choices)
      throws UsageException {
    String given = arguments.text(option, standard);
    if (!choices.contains(given)) {
      throw new UsageException(
          option + " " + given + ": unknown (use " + String.join(", ", choices) + ")");
    }
    return given;
  }

  private static void print(PrintStream out, String format, CheckedFile checked)
      throws IOException {
    switch (format) {
      case "json" -> CheckReports.json(out, checked);
      case "sarif" -> {
        String version = Main.class.getPackage().getImplementationVersion();
        SarifReport.print(out, checked, version);
      }
      default -> CheckReports.text(out, checked);
    }
  }

  /** A data root that is not there is not made: checking needs none. */
  private static KnownImages images(Arguments arguments, Wiring wiring) throws IOException {
    Path root = GlobalOptions.root(arguments, wiring.console().environment());
    return Files.isDirectory(root) ? new LocalImages(wiring.images()) : KnownImages.NONE;
  }
}
