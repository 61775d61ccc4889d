package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.Flag;
import jbuild.buildfile.GoMatch;
import jbuild.buildfile.Heredoc;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.Origin;
import jbuild.buildfile.SyntaxException;
import jbuild.buildfile.Word;
import org.jspecify.annotations.Nullable;

/** COPY and ADD. */
final class TransferExpander {
  private final Buildfile buildfile;
  private final StageScope scope;
  private final WordExpander words;

  TransferExpander(Buildfile buildfile, StageScope scope, WordExpander words) {
    this.buildfile = buildfile;
    this.scope = scope;
    this.words = words;
  }

  Operation expand(Vertex vertex, Instruction.Transfer transfer, boolean isAdd)
      throws BuildfileException {
    Origin origin = vertex.instruction().origin();
    String chown = words.expand(origin.flag("chown"));
    ModeChange chmod = chmod(origin.flag("chmod"));
    CopyOptions options = new CopyFlags(buildfile).read(origin, chown);
    List<Operation.Source> sources = new ArrayList<>();
    RemoteSources remotes = RemoteSources.of(buildfile, words, vertex.instruction(), transfer);
    for (Word word : transfer.sources()) {
      sources.add(source(word, remotes, options.parents()));
    }
    List<InlineFile> files = new ArrayList<>();
    for (Heredoc document : transfer.files()) {
      String content = document.body();
      files.add(
          new InlineFile(
              document.name(),
              document.expand() ? words.expandContent(content, origin.range()) : content));
    }
    String written = words.expand(transfer.destination());
    return new Operation.CopyOp(
        vertex,
        isAdd,
        vertex.input(),
        sources,
        files,
        CleanPath.join(scope.workdir(), written),
        isDirectory(written) || sources.size() + files.size() > 1,
        chown,
        chmod,
        options,
        history(origin, isAdd, chown, chmod, sources, files, written));
  }

  private Operation.Source source(Word word, RemoteSources remotes, boolean parents)
      throws BuildfileException {
    String written = words.expand(word);
    if (RemoteSource.isRemote(written)) {
      return remotes.source(word, written);
    }
    remotes.checkLocal(written);
    // Joined to the root, so that .. ends there (reference, "COPY": sources outside the context).
    // An empty source is the root itself, as in BuildKit and docker.
    int pivot = parents ? written.indexOf("/./") : -1;
    String base = pivot < 0 ? "" : clean(written.substring(0, pivot));
    String rest = clean(pivot < 0 ? written : written.substring(pivot + 2));
    String path = base.isEmpty() || rest.isEmpty() ? base + rest : base + "/" + rest;
    boolean wildcard = GoMatch.hasWildcard(path);
    if (wildcard) {
      try {
        GoMatch.compile(path);
      } catch (SyntaxException e) {
        throw buildfile.error(word.range(), String.valueOf(e.getMessage()));
      }
    }
    int before = base.isEmpty() ? 0 : base.split("/", -1).length;
    return new Operation.Source(path.isEmpty() ? "." : path, wildcard, written, before);
  }

  private static String clean(String path) {
    return CleanPath.of("/" + path).substring(1);
  }

  private @Nullable ModeChange chmod(@Nullable Flag flag) throws BuildfileException {
    String value = words.expand(flag);
    if (flag == null || value == null) {
      return null;
    }
    try {
      return ModeChange.parse(value);
    } catch (SyntaxException e) {
      throw buildfile.error(flag.range(), String.valueOf(e.getMessage()));
    }
  }

  private static boolean isDirectory(String written) {
    return written.isEmpty()
        || written.equals(".")
        || written.equals("..")
        || written.endsWith("/")
        || written.endsWith("/.")
        || written.endsWith("/..");
  }

  private static String history(
      Origin origin,
      boolean isAdd,
      @Nullable String chown,
      @Nullable ModeChange chmod,
      List<Operation.Source> sources,
      List<InlineFile> files,
      String destination) {
    StringBuilder text = new StringBuilder(isAdd ? "ADD" : "COPY");
    Flag parents = origin.flag("parents");
    if (parents != null && parents.isOn()) {
      text.append(" --parents");
    }
    if (chown != null) {
      text.append(" --chown=").append(chown);
    }
    if (chmod != null) {
      text.append(" --chmod=").append(chmod);
    }
    for (Operation.Source source : sources) {
      text.append(' ').append(source.written());
    }
    for (InlineFile file : files) {
      text.append(" <<").append(file.name());
    }
    return text.append(' ').append(destination).append(" # buildkit").toString();
  }
}
