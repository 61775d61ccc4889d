package jbuild.build;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import jbuild.base.TarBase;
import jbuild.buildfile.SyntaxException;
import jbuild.graph.GitUrl;
import jbuild.graph.RemoteSource;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.Compression;
import jbuild.layer.Attributes;
import jbuild.layer.Entry;
import jbuild.layer.FileData;
import jbuild.layer.Layer;
import jbuild.layer.LayerTree;
import jbuild.layer.LayerWriter;
import jbuild.layer.RegularFile;
import jbuild.layer.TarReader;
import jbuild.layer.TreeView;
import jbuild.remote.HttpFile;
import jbuild.step.StageFileSystem;
import jbuild.step.StoredLayer;
import org.jspecify.annotations.Nullable;

/** Opens contexts: directories, tars, commits, and what lies behind a URL. */
public final class ContextLoader {
  /** What BuildKit calls a file that is a context. */
  public static final String FILE = "context";

  /** Behind a Buildfile's name, or alone in a context; the first one that is there counts. */
  public static final List<String> IGNORE_FILES = List.of(".jbuildignore", ".dockerignore");

  private static final int BUFFER = 1 << 16;

  /**
   * Of a Buildfile, of an ignore file, and of a single file as context: they are kept in memory.
   */
  public static final int MAX_FILE = 64 << 20;

  private final BuildTools tools;

  public ContextLoader(BuildTools tools) {
    this.tools = tools;
  }

  /** A commit, or a directory of it. */
  public ContextTree git(RemoteSource.Git source) throws IOException {
    StoredLayer layer =
        new GitTrees(tools, new BuildCache(tools.root(), tools.blobs())).get(source);
    return new ContextTree.InStore(source.written(), List.of(layer), true);
  }

  /** A commit, by a URL that {@link GitUrl#isGitContext} knows. */
  public ContextTree git(String url) throws IOException {
    try {
      GitUrl parsed = GitUrl.parse(url);
      Boolean keeps = parsed.keepsGitDir();
      return git(new RemoteSource.Git(RemoteSource.hideUser(url), parsed, keeps != null && keeps));
    } catch (SyntaxException wrong) {
      throw new IOException("context " + RemoteSource.hideUser(url) + ": " + wrong.getMessage());
    }
  }

  /**
   * What was behind a URL.
   *
   * @param isTar whether the tree is the content of a tar; else it is one file, {@link #FILE}
   */
  public record Fetched(ContextTree tree, boolean isTar) {}

  /** The content of a tar, or a single file. */
  public Fetched http(String url) throws IOException {
    HttpFile file = tools.remotes().get().http().get(url, null);
    String name = RemoteSource.hideUser(url);
    try (InputStream in = Files.newInputStream(file.path())) {
      InputStream buffered = new BufferedInputStream(in, BUFFER);
      if (isTar(buffered)) {
        return new Fetched(tar(name, buffered, true), true);
      }
    }
    try (InputStream in = Files.newInputStream(file.path())) {
      if (file.size() > MAX_FILE) {
        throw new IOException("context " + name + ": neither a tar nor a Buildfile");
      }
      return new Fetched(file(name, in.readAllBytes(), file.modifiedSeconds()), false);
    }
  }

  private ContextTree file(String name, byte[] content, long time) throws IOException {
    LayerTree tree = new LayerTree();
    tree.put(
        BytePath.ROOT.child(ByteString.of(FILE)),
        new RegularFile(
            Attributes.of(0600, 0, 0, time), content.length, new FileData.Bytes(content)));
    Layer layer = new LayerWriter(tools.blobs(), tools.indexes(), OptionalLong.empty()).write(tree);
    return new ContextTree.InStore(name, List.of(StoredLayer.of(layer)), true);
  }

  /**
   * The content of a tar, compressed or not. It is taken into the store as it is, checked as every
   * layer is.
   */
  public ContextTree tar(String name, InputStream in, boolean isForeign) throws IOException {
    Layer layer = new TarBase(tools.blobs(), tools.indexes()).read("context " + name, in);
    return new ContextTree.InStore(name, List.of(StoredLayer.of(layer)), isForeign);
  }

  /** A context without any files. */
  public static ContextTree empty(String name) {
    return new ContextTree.InStore(name, List.of(), false);
  }

  /**
   * Whether a tar comes, or something compressed, which then has to be one; nothing of {@code in}
   * is lost.
   *
   * @param in supports {@link InputStream#mark}
   */
  public static boolean isTar(InputStream in) throws IOException {
    in.mark(TarReader.HEAD);
    byte[] head = in.readNBytes(TarReader.HEAD);
    in.reset();
    return Compression.detect(head, head.length) != Compression.NONE || TarReader.isTar(head);
  }

  /**
   * The file {@code path} of a context, links followed inside it; null when there is none.
   *
   * @throws IOException also when it has more than {@link #MAX_FILE} bytes
   */
  public byte @Nullable [] read(ContextTree tree, String path) throws IOException {
    if (tree instanceof ContextTree.OnDisk disk) {
      Path file = disk.directory().resolve(path);
      if (!Files.isRegularFile(file)) {
        return null;
      }
      if (Files.size(file) > MAX_FILE) {
        throw new IOException("read " + file + ": larger than " + (MAX_FILE >> 20) + " MB");
      }
      return Files.readAllBytes(file);
    }
    ContextTree.InStore stored = (ContextTree.InStore) tree;
    try (StageFileSystem files =
        new StageFileSystem(tools.indexes(), tools.blobs(), stored.layers())) {
      TreeView view = files.view();
      BytePath resolved = view.resolve(BytePath.parse("/" + path), true);
      Entry entry = view.lookup(resolved);
      if (entry == null || entry.isDirectory()) {
        return null;
      }
      return view.readSmall(resolved, MAX_FILE).toBytes();
    }
  }
}
