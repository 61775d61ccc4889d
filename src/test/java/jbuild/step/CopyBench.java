package jbuild.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.BuildfileParser;
import jbuild.buildfile.IgnoreRules;
import jbuild.graph.BaseImage;
import jbuild.graph.BuildGraph;
import jbuild.graph.BuildRequest;
import jbuild.graph.ExpandedStage;
import jbuild.graph.Operation;
import jbuild.graph.PlannedStage;
import jbuild.graph.Planner;
import jbuild.graph.PlatformName;
import jbuild.graph.StageExpander;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.FileData;
import jbuild.layer.IndexStore;
import jbuild.layer.Layer;
import jbuild.layer.LayerTree;
import jbuild.layer.LayerWriter;
import jbuild.layer.RegularFile;
import jbuild.layer.TreeView;
import jbuild.layer.UnionTree;
import jbuild.linux.AtFlags;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import jbuild.sandbox.Identity;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;

/** A context, a stage to copy from, and an image to copy to: all that a COPY works with. */
final class CopyBench implements AutoCloseable {
  private static final int S_IFIFO = 0010000;

  private final Path directory;
  private final Path context;
  private final DataRoot root;
  private final BlobStore blobs;
  private final IndexStore indexes;
  private final Syscalls syscalls;
  private StageFileSystem below;
  private StageFileSystem stage;
  private IgnoreRules rules = IgnoreRules.NONE;

  CopyBench(Path directory, Syscalls syscalls) throws IOException {
    this.directory = directory;
    this.syscalls = syscalls;
    context = Files.createDirectory(directory.resolve("context"));
    root = new DataRoot(directory.resolve("root")).create();
    blobs = new BlobStore(root);
    indexes = new IndexStore(root);
    below = image(List.of());
    stage = image(List.of());
  }

  Path context() {
    return context;
  }

  DataRoot root() {
    return root;
  }

  /** Puts what the lines say into the context; files that root makes belong to somebody else. */
  void context(List<String> lines) throws IOException {
    for (String text : lines) {
      make(TreeLine.parse(text));
    }
    try (Stream<Path> all = Files.walk(context)) {
      for (Path path : all.filter(Files::isDirectory).toList()) {
        Files.setLastModifiedTime(path, FileTime.fromMillis(0));
      }
    }
    for (int i = lines.size() - 1; i >= 0; i--) {
      TreeLine line = TreeLine.parse(lines.get(i));
      Path path = context.resolve(line.path());
      if (Files.getAttribute(context, "unix:uid").equals(0)) {
        Files.setAttribute(path, "unix:uid", 1234, LinkOption.NOFOLLOW_LINKS);
      }
      ByteString name = ByteString.of(path.toString());
      if (line.kind() != '-') {
        syscalls.fchmodat(Fd.CWD, name, line.mode());
      }
      syscalls.utimensat(Fd.CWD, name, line.mtime(), 0, AtFlags.SYMLINK_NOFOLLOW);
    }
  }

  private void make(TreeLine line) throws IOException {
    Path path = context.resolve(line.path());
    Files.createDirectories(path.getParent());
    switch (line.kind()) {
      case '/' -> Files.createDirectories(path);
      case '-' -> Files.createSymbolicLink(path, Path.of(line.text()));
      case '=' -> Files.createLink(path, context.resolve(line.text()));
      case '|' ->
          syscalls.mknodat(Fd.CWD, ByteString.of(path.toString()), S_IFIFO | line.mode(), 0, 0);
      case '~' -> {
        // The name of a socket is short: it is made elsewhere and moved.
        Path made = Files.createTempFile("jbuild", null);
        Files.delete(made);
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
          socket.bind(UnixDomainSocketAddress.of(made));
        }
        Files.move(made, path);
      }
      default -> Files.writeString(path, line.text());
    }
  }

  /** Writes an archive of what the lines say into the context. */
  void archive(String name, String format, List<String> lines) throws IOException {
    Path path = context.resolve(name);
    Files.createDirectories(path.getParent());
    Files.write(path, TestArchives.pack(TreeLine.tree(lines, false), format));
  }

  void below(List<String> lines) throws IOException {
    below = image(lines);
  }

  TreeView belowView() throws IOException {
    return below.view();
  }

  void stage(List<String> lines) throws IOException {
    stage = image(lines);
  }

  void ignore(String text) throws BuildfileException {
    rules = IgnoreRules.parse(".dockerignore", text.getBytes(UTF_8));
  }

  private StageFileSystem image(List<String> lines) throws IOException {
    if (lines.isEmpty()) {
      return new StageFileSystem(indexes, blobs, List.of());
    }
    Layer layer = write(TreeLine.tree(lines));
    return new StageFileSystem(indexes, blobs, List.of(StoredLayer.of(layer)));
  }

  private Layer write(LayerTree tree) throws IOException {
    return new LayerWriter(blobs, indexes, OptionalLong.empty()).write(tree);
  }

  /** The instruction, with everything expanded; {@code src} is the name of the stage. */
  static Operation.CopyOp parse(String instruction) throws BuildfileException {
    String text = "FROM scratch AS src\nFROM scratch\n" + instruction + "\n";
    BuildRequest request = new BuildRequest(Map.of(), null, new PlatformName("linux", "amd64", ""));
    BuildGraph graph =
        Planner.plan(BuildfileParser.parse("Buildfile", text.getBytes(UTF_8)), request);
    PlannedStage target = graph.target();
    ExpandedStage expanded = new StageExpander(graph).expand(target, BaseImage.empty());
    List<Operation> operations = expanded.operations();
    return (Operation.CopyOp) operations.get(operations.size() - 1);
  }

  ContextSource openContext() throws IOException {
    return ContextSource.open(
        syscalls, context, rules, ".dockerignore", root, System.currentTimeMillis() / 1000);
  }

  CopyStep find(String instruction) throws IOException, BuildfileException {
    Operation.CopyOp operation = parse(instruction);
    CopySource source =
        instruction.contains("--from=src")
            ? new StageSource("stage src", stage.view())
            : openContext();
    CopyStep step = new CopyStep(operation, source, root.tmp());
    step.find();
    return step;
  }

  /** The layer that the instruction makes. */
  Layer copy(String instruction) throws IOException, BuildfileException {
    String chown = parse(instruction).chown();
    TreeView to = parse(instruction).options().link() ? UnionTree.open(List.of()) : below.view();
    try (CopyStep step = find(instruction)) {
      Identity owner = chown == null ? null : CopyStep.owner(to, chown);
      return write(step.place(to, owner));
    }
  }

  String text(Layer layer) throws IOException {
    byte[] tar = Files.readAllBytes(blobs.path(layer.diffId()));
    return TreeLine.text(layer.tree(), file -> content(file, tar));
  }

  /** The content of one file of a layer. */
  byte[] content(Layer layer, String path) throws IOException {
    RegularFile file = (RegularFile) layer.tree().lookup(BytePath.parse(path));
    return content(file, Files.readAllBytes(blobs.path(layer.diffId())));
  }

  private static byte[] content(RegularFile file, byte[] tar) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (file.data() instanceof FileData.Stored stored) {
      out.write(tar, (int) stored.offset(), (int) file.size());
    } else if (file.data() instanceof FileData.Host host) {
      try (InputStream in = Channels.newInputStream(host.file().open())) {
        in.transferTo(out);
      }
    }
    return out.toByteArray();
  }

  @Override
  public void close() throws IOException {
    below.close();
    stage.close();
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
