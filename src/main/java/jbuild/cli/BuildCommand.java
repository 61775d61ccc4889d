package jbuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.build.BuildOptions;
import jbuild.build.BuildTools;
import jbuild.build.Builder;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileParser;
import jbuild.buildfile.IgnoreRules;
import jbuild.buildfile.Warning;
import jbuild.graph.BuildRequest;
import jbuild.graph.PlatformName;
import jbuild.oci.ImageReference;
import jbuild.oci.OciFormatException;
import jbuild.oci.Platform;
import jbuild.progress.BuildEvent;
import jbuild.progress.ProgressListener;
import jbuild.step.RunStep;
import jbuild.store.CacheMounts;
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
        .list(
            "NAME[=VALUE]",
            "Value for an ARG; without a value, jbuild's own variable.",
            "--build-arg")
        .value("STAGE", "Build this stage instead of the last one.", "--target")
        .flag("Execute every step, whatever the cache knows.", "--no-cache")
        .flag("Print nothing but the image's ID.", "-q", "--quiet")
        .options(LimitOptions.options("each RUN"))
        .option(NetworkOption.option())
        .options(RunOptions.options())
        .optionalOperand(
            "CONTEXT", "The directory that COPY and ADD read from (default: the current one).")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    Path context = context(arguments);
    Path file = file(arguments, context);
    Buildfile buildfile = BuildfileParser.parse(file.toString(), read(file));
    Path ignoreFile = ignoreFile(file, context);
    IgnoreRules rules =
        ignoreFile == null
            ? IgnoreRules.NONE
            : IgnoreRules.parse(ignoreFile.toString(), read(ignoreFile));
    List<String> names = names(arguments);
    BuildOptions options =
        new BuildOptions(
            buildfile,
            new BuildRequest(buildArgs(arguments, wiring), arguments.text("--target"), platform()),
            context,
            rules,
            ignoreFile == null ? "" : ignoreFile.getFileName().toString(),
            arguments.flag("--no-cache"),
            NetworkOption.of(arguments),
            LimitOptions.of(arguments),
            RunOptions.of(arguments, wiring.console()),
            names);
    wiring.keepEverything();
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
                    new CacheMounts(wiring.dataRoot()),
                    wiring.seccompFilter()),
            progress);
    try {
      return new Builder(tools, options).build();
    } finally {
      if (!options.runs().secrets().isEmpty()) {
        wiring.trash().empty(); // a step that failed may have written one into its own files
      }
    }
  }

  private static PlatformName platform() {
    Platform host = Platform.host();
    String variant = host.variant();
    return new PlatformName(host.os(), host.architecture(), variant == null ? "" : variant);
  }

  private static Path context(Arguments arguments) throws UsageException, IOException {
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

  private static Path file(Arguments arguments, Path context) throws UsageException {
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

  private static byte[] read(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) > MAX_FILE) {
      throw new IOException("read " + file + ": larger than " + (MAX_FILE >> 20) + " MB");
    }
    return Files.readAllBytes(file);
  }

  /**
   * {@code <Buildfile>.dockerignore} beside the file replaces the context's {@code .dockerignore}.
   */
  private static @Nullable Path ignoreFile(Path file, Path context) {
    Path own = file.resolveSibling(file.getFileName() + ".dockerignore");
    if (Files.isRegularFile(own)) {
      return own;
    }
    Path common = context.resolve(".dockerignore");
    return Files.isRegularFile(common) ? common : null;
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
