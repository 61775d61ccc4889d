package jbuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.build.BuildOptions;
import jbuild.build.BuildTools;
import jbuild.build.Builder;
import jbuild.build.BuiltLayers;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileParser;
import jbuild.buildfile.IgnoreRules;
import jbuild.buildfile.Warning;
import jbuild.graph.BuildRequest;
import jbuild.graph.PlatformName;
import jbuild.oci.ImageReference;
import jbuild.oci.OciFormatException;
import jbuild.progress.BuildEvent;
import jbuild.progress.ProgressListener;
import jbuild.step.RunStep;
import jbuild.store.Image;
import org.jspecify.annotations.Nullable;

/** {@code jbuild build}, and {@code jbuild -f Buildfile -t name}. */
final class BuildCommand implements Command {
  /** Looked for in the context, in this order, without {@code -f}. */
  private static final List<String> FILE_NAMES =
      List.of("Buildfile", "Containerfile", "Dockerfile");

  private static final int MAX_FILE = 64 << 20;

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("Build an image from a Buildfile. 'build' itself may be left out.")
        .value(
            "FILE",
            "The Buildfile (default: Buildfile, Containerfile or Dockerfile in the context).",
            "-f",
            "--file")
        .list("NAME", "Name for the image; may be given several times.", "-t", "--tag")
        .options(BuildArgs.options())
        .value("STAGE", "Build this stage instead of the last one.", "--target")
        .options(ImageOptions.options())
        .flag("Execute every step, whatever the cache knows.", "--no-cache")
        .flag("Print nothing but the image's ID.", "-q", "--quiet")
        .option(BuildChecks.option())
        .options(LimitOptions.options("each RUN"))
        .option(NetworkOption.option())
        .optionalOperand(
            "CONTEXT", "The directory that COPY and ADD read from (default: the current one).")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    Path context = context(arguments);
    Path file = file(arguments, context);
    Buildfile buildfile =
        BuildfileParser.parse(file.toString(), read(file), new IncludedFiles(file, context));
    String syntax = buildfile.directives().syntax();
    if (syntax != null && arguments.flag("--debug")) {
      wiring.console().say("# syntax=" + syntax + ": jbuild reads the file itself");
    }
    Path ignoreFile = ignoreFile(file, context);
    IgnoreRules rules =
        ignoreFile == null
            ? IgnoreRules.NONE
            : IgnoreRules.parse(ignoreFile.toString(), read(ignoreFile));
    List<String> names = names(arguments);
    PlatformName platform = ImageOptions.platform(arguments);
    BuildOptions options =
        new BuildOptions(
            buildfile,
            new BuildRequest(
                BuildArgs.of(arguments, wiring.console().environment()),
                arguments.text("--target"),
                ImageOptions.host(),
                platform),
            context,
            rules,
            ignoreFile == null ? "" : ignoreFile.getFileName().toString(),
            arguments.flag("--no-cache"),
            NetworkOption.of(arguments),
            LimitOptions.of(arguments),
            names,
            ImageOptions.additions(arguments, platform),
            ImageOptions.pull(arguments));
    wiring.keepEverything();
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
    BuildTools tools =
        new BuildTools(
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
                    wiring.seccompFilter()),
            progress);
    Builder builder = new Builder(tools, options);
    Image image = builder.build();
    return new Built(image, builder.layers());
  }

  static Path context(Arguments arguments) throws UsageException, IOException {
    List<String> operands = arguments.operands();
    Path context = Path.of(operands.isEmpty() ? "." : operands.get(0));
    if (!Files.isDirectory(context)) {
      throw new UsageException(
          "context "
              + context
              + ": "
              + (Files.exists(context) ? "not a directory" : "no such directory"));
    }
    return context.toRealPath();
  }

  static Path file(Arguments arguments, Path context) throws UsageException {
    Path given = arguments.path("--file");
    if (given != null) {
      return given;
    }
    for (String name : FILE_NAMES) {
      Path file = context.resolve(name);
      if (Files.isRegularFile(file)) {
        return Path.of("").toAbsolutePath().equals(context) ? Path.of(name) : file;
      }
    }
    throw new UsageException(
        "no " + String.join(", ", FILE_NAMES) + " in " + context + " (name one with -f)");
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

  static byte[] read(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) > MAX_FILE) {
      throw new IOException("read " + file + ": larger than " + (MAX_FILE >> 20) + " MB");
    }
    return Files.readAllBytes(file);
  }

  /**
   * {@code <Buildfile>.dockerignore} beside the file replaces the context's {@code .dockerignore}.
   */
  static @Nullable Path ignoreFile(Path file, Path context) {
    Path own = file.resolveSibling(file.getFileName() + ".dockerignore");
    if (Files.isRegularFile(own)) {
      return own;
    }
    Path common = context.resolve(".dockerignore");
    return Files.isRegularFile(common) ? common : null;
  }
}
