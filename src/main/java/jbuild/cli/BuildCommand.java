package jbuild.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.build.BuildOptions;
import jbuild.build.BuildTools;
import jbuild.build.Builder;
import jbuild.build.BuiltLayers;
import jbuild.build.ContextLoader;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.Warning;
import jbuild.graph.BuildRequest;
import jbuild.graph.PlatformName;
import jbuild.oci.ImageReference;
import jbuild.oci.OciFormatException;
import jbuild.progress.BuildEvent;
import jbuild.progress.ProgressListener;
import jbuild.step.RunStep;
import jbuild.store.CacheMounts;
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
        .options(BuildArgs.options())
        .value("STAGE", "Build this stage instead of the last one.", "--target")
        .options(ImageOptions.options())
        .option(BuildContexts.option())
        .flag("Execute every step, whatever the cache knows.", "--no-cache")
        .flag("Print nothing but the image's ID.", "-q", "--quiet")
        .option(BuildChecks.option())
        .options(LimitOptions.ofBuild())
        .option(NetworkOption.option())
        .options(RunOptions.options())
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
    PlatformName platform = ImageOptions.platform(arguments);
    BuildInput.Opened input = open(arguments, wiring);
    Buildfile buildfile = input.buildfile();
    String syntax = buildfile.directives().syntax();
    if (syntax != null && arguments.flag("--debug")) {
      wiring.console().say("# syntax=" + syntax + ": jbuild reads the file itself");
    }
    BuildOptions options =
        new BuildOptions(
            buildfile,
            new BuildRequest(
                BuildArgs.of(arguments, wiring.console().environment()),
                arguments.text("--target"),
                ImageOptions.host(),
                platform,
                contexts.keySet()),
            input.context(),
            contexts,
            arguments.flag("--no-cache"),
            NetworkOption.of(arguments),
            LimitOptions.ofBuild(arguments),
            RunOptions.of(arguments, wiring.console()),
            names,
            ImageOptions.additions(arguments, platform),
            ImageOptions.pull(arguments));
    LimitOptions.prepare(arguments, wiring);
    wiring.sweep();
    boolean quiet = arguments.flag("--quiet");
    BuildChecks checks = BuildChecks.of(arguments, wiring, quiet);
    checks.before(options);
    Built built = build(options, wiring, quiet);
    Image image = built.image();
    checks.after(buildfile, built.layers());
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

  private record Built(Image image, BuiltLayers layers) {}

  private static Built build(BuildOptions options, Wiring wiring, boolean quiet) throws Exception {
    if (!quiet && wiring.console().isTerminal()) {
      try (LiveProgress progress = new LiveProgress(wiring.console().err())) {
        return build(options, wiring, progress);
      }
    }
    return build(
        options, wiring, quiet ? ProgressListener.NONE : new PlainProgress(wiring.console().err()));
  }

  private static Built build(BuildOptions options, Wiring wiring, ProgressListener progress)
      throws Exception {
    for (Warning warning : options.buildfile().warnings()) {
      progress.on(
          new BuildEvent.Warning(
              options.buildfile().place(warning.range()) + ": " + warning.message()));
    }
    Builder builder = new Builder(tools(wiring, progress), options);
    try {
      Image image = builder.build();
      return new Built(image, builder.layers());
    } finally {
      if (!options.runs().secrets().isEmpty()) {
        wiring.trash().empty(); // a step that failed may have written one into its own files
      }
    }
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
                wiring.syscalls(),
                wiring.sandbox(),
                wiring.snapshotter(),
                new CacheMounts(wiring.dataRoot()),
                wiring.seccompFilter()),
        wiring::remotes,
        progress);
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
}
