package jbuild.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.build.BuildOptions;
import jbuild.build.BuildTools;
import jbuild.build.Builder;
import jbuild.build.ContextLoader;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.Warning;
import jbuild.graph.BuildRequest;
import jbuild.graph.PlatformName;
import jbuild.oci.ImageReference;
import jbuild.oci.OciFormatException;
import jbuild.oci.Platform;
import jbuild.progress.BuildEvent;
import jbuild.progress.ProgressListener;
import jbuild.step.RunStep;
import jbuild.store.Image;

/** {@code jbuild build}, and {@code jbuild -f Buildfile -t name}. */
final class BuildCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("Build an image from a Buildfile. 'build' itself may be left out.")
        .value(
            "FILE",
            "The Buildfile, - for standard input (default: Buildfile, Containerfile or Dockerfile"
                + " in the context).",
            "-f",
            "--file")
        .list("NAME", "Name for the image; may be given several times.", "-t", "--tag")
        .list(
            "NAME[=VALUE]",
            "Value for an ARG; without a value, jbuild's own variable.",
            "--build-arg")
        .value("STAGE", "Build this stage instead of the last one.", "--target")
        .option(BuildContexts.option())
        .flag("Execute every step, whatever the cache knows.", "--no-cache")
        .flag("Print nothing but the image's ID.", "-q", "--quiet")
        .options(LimitOptions.options("each RUN"))
        .option(NetworkOption.option())
        .optionalOperand(
            "CONTEXT",
            "What COPY and ADD read from: a directory (default: the current one), a tar, a git or"
                + " http URL, or - for a tar or a Buildfile on standard input.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    Map<String, String> contexts = BuildContexts.of(arguments);
    List<String> names = names(arguments);
    BuildInput.Opened input = open(arguments, wiring);
    Buildfile buildfile = input.buildfile();
    BuildOptions options =
        new BuildOptions(
            buildfile,
            new BuildRequest(
                buildArgs(arguments, wiring),
                arguments.text("--target"),
                platform(),
                contexts.keySet()),
            input.context(),
            contexts,
            arguments.flag("--no-cache"),
            NetworkOption.of(arguments),
            LimitOptions.of(arguments),
            names);
    wiring.sweep();
    boolean quiet = arguments.flag("--quiet");
    Image image = build(options, buildfile, wiring, quiet);
    if (quiet) {
      wiring.console().out().println(image.id());
    } else {
      String named = names.isEmpty() ? "" : " " + String.join(" ", names);
      wiring
          .console()
          .say("built" + named + " " + image.id() + " (" + Amounts.bytes(image.size()) + ")");
    }
    wiring.collectIfDue(quiet);
    return 0;
  }

  private static Image build(
      BuildOptions options, Buildfile buildfile, Wiring wiring, boolean quiet) throws Exception {
    if (!quiet && wiring.console().isTerminal()) {
      try (LiveProgress progress = new LiveProgress(wiring.console().err())) {
        return build(options, buildfile, wiring, progress);
      }
    }
    return build(
        options,
        buildfile,
        wiring,
        quiet ? ProgressListener.NONE : new PlainProgress(wiring.console().err()));
  }

  private static Image build(
      BuildOptions options, Buildfile buildfile, Wiring wiring, ProgressListener progress)
      throws Exception {
    for (Warning warning : buildfile.warnings()) {
      progress.on(new BuildEvent.Warning(warning.toString()));
    }
    return new Builder(tools(wiring, progress), options).build();
  }

  /** Contexts that are no directories come into the store, and must stay from then on. */
  private static BuildInput.Opened open(Arguments arguments, Wiring wiring) throws Exception {
    wiring.keepEverything();
    List<String> operands = arguments.operands();
    return new BuildInput(
            new ContextLoader(tools(wiring, ProgressListener.NONE)),
            wiring.stdin(),
            operands.isEmpty() ? "." : operands.get(0),
            arguments.text("--file"))
        .open();
  }

  private static BuildTools tools(Wiring wiring, ProgressListener progress) throws IOException {
    return new BuildTools(
        wiring.dataRoot(),
        wiring.blobs(),
        wiring.images(),
        wiring.indexes(),
        wiring.workDirs(),
        wiring::syscalls,
        () ->
            new RunStep(
                wiring.syscalls(), wiring.sandbox(), wiring.snapshotter(), wiring.seccompFilter()),
        wiring::remotes,
        progress);
  }

  private static PlatformName platform() {
    Platform host = Platform.host();
    String variant = host.variant();
    return new PlatformName(host.os(), host.architecture(), variant == null ? "" : variant);
  }

  /** Checked now: a name that is none must not be found out after a long build. */
  private static List<String> names(Arguments arguments) throws UsageException {
    List<String> names = arguments.list("--tag");
    for (String name : names) {
      try {
        ImageReference.parse(name);
      } catch (OciFormatException wrong) {
        throw new UsageException("-t " + name + ": " + wrong.getMessage());
      }
    }
    return names;
  }

  private static Map<String, String> buildArgs(Arguments arguments, Wiring wiring)
      throws UsageException {
    Map<String, String> environment = wiring.console().environment();
    Map<String, String> values = new LinkedHashMap<>();
    List<String> given = arguments.list("--build-arg");
    String epoch = environment.get("SOURCE_DATE_EPOCH");
    if (epoch != null) {
      values.put("SOURCE_DATE_EPOCH", epoch);
    }
    for (String arg : given) {
      int equals = arg.indexOf('=');
      if (equals == 0 || arg.isEmpty()) {
        throw new UsageException("--build-arg " + arg + ": not of the form NAME=VALUE");
      }
      String value = equals < 0 ? environment.get(arg) : arg.substring(equals + 1);
      if (value != null) {
        values.put(equals < 0 ? arg : arg.substring(0, equals), value);
      }
    }
    return values;
  }
}
