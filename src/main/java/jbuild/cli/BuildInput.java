package jbuild.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import jbuild.arguments.UsageException;
import jbuild.build.BuildContext;
import jbuild.build.ContextLoader;
import jbuild.build.ContextTree;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.BuildfileParser;
import jbuild.buildfile.Includes;
import jbuild.graph.GitUrl;
import jbuild.graph.RemoteSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds the Buildfile and the context, wherever the command line says they are: a directory, a tar,
 * a URL, or standard input.
 */
final class BuildInput {
  static final String STDIN = "-";

  /** Looked for in the context, in this order, without {@code -f}. */
  private static final List<String> FILE_NAMES =
      List.of("Buildfile", "Containerfile", "Dockerfile");

  /** What to build, and from what. */
  record Opened(Buildfile buildfile, BuildContext context) {}

  private final ContextLoader loader;
  private final InputStream stdin;
  private final String operand;
  private final @Nullable String file;

  /**
   * @param operand the CONTEXT
   * @param file that of {@code -f}; null without
   */
  BuildInput(ContextLoader loader, InputStream stdin, String operand, @Nullable String file) {
    this.loader = loader;
    this.stdin = stdin;
    this.operand = operand;
    this.file = file;
  }

  Opened open() throws IOException, UsageException, BuildfileException {
    if (operand.equals(STDIN)) {
      return standardInput();
    }
    if (GitUrl.isGit(operand) || (GitUrl.isGitContext(operand) && !isThere(operand))) {
      return stored(loader.git(operand));
    }
    if (RemoteSource.isHttp(operand)) {
      ContextLoader.Fetched fetched = loader.http(operand);
      if (fetched.isTar()) {
        return stored(fetched.tree());
      }
      refuseFile("the URL is a Buildfile");
      return found(fetched.tree(), List.of(ContextLoader.FILE));
    }
    Path path = Path.of(operand);
    if (Files.isDirectory(path)) {
      return directory(path, path.toRealPath());
    }
    if (Files.isRegularFile(path)) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
        if (ContextLoader.isTar(in)) {
          return stored(loader.tar(operand, in, false));
        }
      }
    }
    throw new UsageException(
        "context "
            + path
            + ": "
            + (Files.exists(path) ? "neither a directory nor a tar" : "no such directory"));
  }

  private static boolean isThere(String path) {
    try {
      return Files.exists(Path.of(path));
    } catch (InvalidPathException noPath) {
      return false;
    }
  }

  private void refuseFile(String why) throws UsageException {
    if (file != null) {
      throw new UsageException("-f " + file + ": " + why + ", there cannot be another one");
    }
  }

  private Opened standardInput() throws IOException, UsageException, BuildfileException {
    if (STDIN.equals(file)) {
      throw new UsageException(
          "-f - with the context -: standard input cannot be both (name a directory)");
    }
    BufferedInputStream in = new BufferedInputStream(stdin);
    if (ContextLoader.isTar(in)) {
      return stored(loader.tar("standard input", in, false));
    }
    refuseFile("the Buildfile comes from standard input");
    return new Opened(
        BuildfileParser.parse(STDIN, limited(in)),
        BuildContext.of(ContextLoader.empty("- (no files: standard input is a Buildfile)")));
  }

  static byte[] limited(InputStream in) throws IOException {
    byte[] text = in.readNBytes(ContextLoader.MAX_FILE + 1);
    if (text.length > ContextLoader.MAX_FILE) {
      throw new IOException(
          "read standard input: larger than " + (ContextLoader.MAX_FILE >> 20) + " MB");
    }
    return text;
  }

  /** A context in the store, which has its own Buildfile; {@code -f} is a path in it. */
  private Opened stored(ContextTree tree) throws IOException, UsageException, BuildfileException {
    if (STDIN.equals(file)) {
      Includes includes = new ContextIncludes(loader, tree);
      return new Opened(
          BuildfileParser.parse(STDIN, limited(stdin), includes), ignoringOwn(tree, null));
    }
    return found(tree, file == null ? FILE_NAMES : List.of(file));
  }

  /** The first of the files that is there. */
  private Opened found(ContextTree tree, List<String> names)
      throws IOException, UsageException, BuildfileException {
    for (String name : names) {
      byte[] text = loader.read(tree, name);
      if (text != null) {
        return new Opened(
            BuildfileParser.parse(name, text, new ContextIncludes(loader, tree)),
            ignoringOwn(tree, name));
      }
    }
    throw new UsageException(
        names.size() == 1
            ? "no " + names.get(0) + " in the context " + tree.name()
            : "no " + String.join(", ", names) + " in " + tree.name() + " (name one with -f)");
  }

  private BuildContext ignoringOwn(ContextTree tree, @Nullable String buildfile)
      throws IOException, BuildfileException {
    for (String prefix : buildfile == null ? List.of("") : List.of(buildfile, "")) {
      for (String suffix : ContextLoader.IGNORE_FILES) {
        byte[] text = loader.read(tree, prefix + suffix);
        if (text != null) {
          return BuildContext.of(tree).ignoring(prefix + suffix, prefix + suffix, text);
        }
      }
    }
    return BuildContext.of(tree);
  }

  /** A directory; {@code -f} is a path of this machine. */
  private Opened directory(Path typed, Path context)
      throws IOException, UsageException, BuildfileException {
    ContextTree tree = new ContextTree.OnDisk(context);
    if (STDIN.equals(file)) {
      Includes includes = new IncludedFiles(context.resolve(STDIN), context);
      return new Opened(
          BuildfileParser.parse(STDIN, limited(stdin), includes),
          ignoring(tree, ignoreFile(null, context)));
    }
    Path path = file == null ? inContext(typed) : Path.of(file);
    return new Opened(
        BuildfileParser.parse(path.toString(), read(path), new IncludedFiles(path, context)),
        ignoring(tree, ignoreFile(path, context)));
  }

  /** Messages name the file as the user would. */
  static Path inContext(Path context) throws UsageException {
    Path start = context.equals(Path.of(".")) ? Path.of("") : context;
    for (String name : FILE_NAMES) {
      Path path = start.resolve(name);
      if (Files.isRegularFile(path)) {
        return path;
      }
    }
    throw new UsageException(
        "no " + String.join(", ", FILE_NAMES) + " in " + context + " (name one with -f)");
  }

  static byte[] read(Path path) throws IOException {
    if (Files.exists(path) && Files.size(path) > ContextLoader.MAX_FILE) {
      throw new IOException(
          "read " + path + ": larger than " + (ContextLoader.MAX_FILE >> 20) + " MB");
    }
    return Files.readAllBytes(path);
  }

  private static BuildContext ignoring(ContextTree tree, @Nullable Path ignoreFile)
      throws IOException, BuildfileException {
    BuildContext context = BuildContext.of(tree);
    return ignoreFile == null
        ? context
        : context.ignoring(
            ignoreFile.toString(), ignoreFile.getFileName().toString(), read(ignoreFile));
  }

  /** One beside the Buildfile, called like it and more, replaces the context's own. */
  static @Nullable Path ignoreFile(@Nullable Path buildfile, Path context) {
    for (String suffix : ContextLoader.IGNORE_FILES) {
      Path own =
          buildfile == null ? null : buildfile.resolveSibling(buildfile.getFileName() + suffix);
      if (own != null && Files.isRegularFile(own)) {
        return own;
      }
    }
    for (String name : ContextLoader.IGNORE_FILES) {
      Path common = context.resolve(name);
      if (Files.isRegularFile(common)) {
        return common;
      }
    }
    return null;
  }
}
