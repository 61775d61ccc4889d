package jbuild.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.layer.Entry;
import jbuild.layer.HostTree;
import jbuild.layer.IndexStore;
import jbuild.layer.Layer;
import jbuild.layer.LayerExtractor;
import jbuild.layer.LayerTree;
import jbuild.layer.LayerWriter;
import jbuild.layer.TarWriter;
import jbuild.layer.TreeView;
import jbuild.layer.UnionTree;
import jbuild.linux.Syscalls;
import jbuild.medium.FoundRoot;
import jbuild.medium.Medium;
import jbuild.oci.Digest;
import jbuild.oci.Platform;
import jbuild.oci.RuntimeConfig;
import jbuild.store.BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * A root file system from whatever has one: a tar, an image of a file system, a medium in which one
 * lies, a directory. What a file is, is told by its content.
 */
public final class RootfsBase {
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final List<String> SHELLS = List.of("/bin/bash", "/bin/sh");

  /** What labels tell of os-release(5). */
  private static final List<String> OS_FIELDS =
      List.of(
          "ID",
          "ID_LIKE",
          "NAME",
          "PRETTY_NAME",
          "VERSION",
          "VERSION_CODENAME",
          "VERSION_ID",
          "VARIANT",
          "VARIANT_ID",
          "BUILD_ID");

  /** System calls when they are needed: to have them takes native code. */
  @FunctionalInterface
  public interface Lazy {
    Syscalls get() throws IOException;
  }

  /** What GNU tar makes of nothing, a record of zeros; more of them are no archive. */
  private static final int EMPTY_TAR = 20 * 512;

  private final BlobStore blobs;
  private final IndexStore indexes;
  private final Lazy syscalls;

  /**
   * @param syscalls asked for when a directory is read or written
   */
  public RootfsBase(BlobStore blobs, IndexStore indexes, Lazy syscalls) {
    this.blobs = blobs;
    this.indexes = indexes;
    this.syscalls = syscalls;
  }

  /** Imports a file or a directory of the host. */
  public ImportedRoot read(Path source, ImportOptions options, ImportProgress progress)
      throws IOException {
    if (Files.isDirectory(source)) {
      return directory(source, options);
    }
    try (Medium medium = open(source, options)) {
      if (medium.isKnown() || options.path() != null || options.offset() > 0) {
        return medium(medium, source, options, progress);
      }
    }
    return tar(source, options);
  }

  /** Opens a file as a medium, with as many threads for its blocks as there are processors. */
  public static Medium open(Path source, ImportOptions options) throws IOException {
    return Medium.open(
        source, options.offset(), options.devices(), Runtime.getRuntime().availableProcessors());
  }

  /** Imports a tar, compressed or not, from a stream, which is not closed. */
  public ImportedRoot read(String name, InputStream tar) throws IOException {
    return imported(
        new TarBase(blobs, indexes).read(name, tar),
        Map.of(),
        "jbuild import " + name,
        new ArrayList<>());
  }

  /**
   * Writes the root file system into {@code target}, which must be new or empty; nothing is stored.
   *
   * @return what was left out, and what could not be written as it is
   */
  public List<String> extract(
      Path source, ImportOptions options, Path target, ImportProgress progress) throws IOException {
    try (Medium medium = open(source, options)) {
      if (options.expected() != null) {
        verify(source, options, digest(source));
      }
      FoundRoot root = medium.root(options.path());
      LayerTree tree = new MediumTree(false, options.keepSelinux(), progress).read(root);
      List<String> notes = new ArrayList<>(tree.notes());
      notes.addAll(
          new LayerExtractor(syscalls.get(), List.of(), LayerExtractor.Form.PLAIN)
              .extract(tree, target));
      return notes;
    }
  }

  private ImportedRoot medium(
      Medium medium, Path source, ImportOptions options, ImportProgress progress)
      throws IOException {
    FoundRoot root = medium.root(options.path());
    Layer layer;
    Optional<Digest> digest;
    try (FileDigest beside =
        options.expected() == null
            ? FileDigest.startUnlessHoles(source, syscalls)
            : FileDigest.start(source)) {
      LayerTree tree = new MediumTree(true, options.keepSelinux(), progress).read(root);
      LayerWriter writer = new LayerWriter(blobs, indexes, OptionalLong.empty());
      layer = writer.write(tree, TarWriter.Order.POSITION);
      digest = beside.get();
    }
    if (digest.isPresent()) {
      verify(source, options, digest.get());
    }
    List<String> notes = new ArrayList<>();
    if (root.installer() != null) {
      notes.add(
          source
              + "!/"
              + root.path()
              + ": this is the "
              + root.installer()
              + " installer's own system, from which much is stripped, not an installed one");
    }
    String createdBy = "jbuild import " + options.nameOf(source) + "!/" + root.path();
    return imported(layer, labels(medium, options.nameOf(source), root, digest), createdBy, notes);
  }

  private static Map<String, String> labels(
      Medium medium, String name, FoundRoot root, Optional<Digest> digest) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("jbuild.medium", name);
    digest.ifPresent(seen -> labels.put("jbuild.medium.digest", seen.toString()));
    labels.put("jbuild.medium.format", medium.outermost().format());
    labels.put("jbuild.medium.path", root.path());
    String label = medium.outermost().volumeLabel();
    if (!label.isEmpty()) {
      labels.put("jbuild.medium.label", label);
    }
    if (root.installer() != null) {
      labels.put("jbuild.medium.installer", root.installer());
    }
    return labels;
  }

  private ImportedRoot tar(Path source, ImportOptions options) throws IOException {
    FileDigest digest = options.expected() == null ? null : FileDigest.start(source);
    String name = options.nameOf(source);
    try (InputStream in = Files.newInputStream(source)) {
      Layer layer = new TarBase(blobs, indexes).read(source.toString(), in);
      if (layer.tree().root().children().isEmpty() && layer.size() > EMPTY_TAR) {
        throw new BaseException(
            "import "
                + source
                + ": it is neither a tar with files in it nor an image that jbuild knows");
      }
      if (digest != null) {
        verify(source, options, digest.get().orElseThrow());
      }
      return imported(layer, Map.of(), "jbuild import " + name, new ArrayList<>());
    }
  }

  private ImportedRoot directory(Path source, ImportOptions options) throws IOException {
    HostTree walked =
        HostTree.walk(syscalls.get(), source.toAbsolutePath(), BytePath.ROOT, HostTree.Filter.ALL);
    Layer layer = new LayerWriter(blobs, indexes, OptionalLong.empty()).write(walked.asLayer());
    return imported(layer, Map.of(), "jbuild import " + options.nameOf(source), new ArrayList<>());
  }

  /** The SHA-256 of a file. */
  public static Digest digest(Path source) throws IOException {
    try (FileDigest digest = FileDigest.start(source)) {
      return digest.get().orElseThrow();
    }
  }

  private static void verify(Path source, ImportOptions options, Digest seen) throws BaseException {
    Digest expected = options.expected();
    if (expected != null && !expected.equals(seen)) {
      throw new BaseException(
          "import "
              + source
              + ": its SHA-256 is "
              + seen.hex()
              + ", not "
              + expected.hex()
              + " (is it damaged, or another version?)");
    }
  }

  private ImportedRoot imported(
      Layer layer, Map<String, String> labels, String createdBy, List<String> notes)
      throws IOException {
    notes.addAll(layer.tree().notes());
    if (layer.tree().root().children().isEmpty()) {
      notes.add("there is no file in it");
    }
    try (UnionTree tree = UnionTree.open(indexes, List.of(layer.diffId()))) {
      String architecture = ProgramArchitecture.of(tree);
      Map<String, String> all = new TreeMap<>(labels);
      if (!labels.isEmpty()) {
        Map<String, String> os = OsRelease.of(tree);
        for (String field : OS_FIELDS) {
          if (os.containsKey(field)) {
            all.put("jbuild.os-release." + field.toLowerCase(Locale.ROOT), os.get(field));
          }
        }
      }
      RuntimeConfig config =
          RuntimeConfig.EMPTY
              .edit()
              .env(List.of(PATH))
              .cmd(List.of(shell(tree)))
              .labels(all)
              .build();
      return new ImportedRoot(layer, platform(architecture), config, createdBy, notes);
    }
  }

  private static Platform platform(@Nullable String architecture) {
    return architecture == null ? Platform.host() : new Platform("linux", architecture, null);
  }

  private static String shell(TreeView tree) throws IOException {
    for (String shell : SHELLS) {
      Entry entry = tree.lookup(tree.resolve(BytePath.parse(shell), true));
      if (entry != null) {
        return shell;
      }
    }
    return "/bin/sh";
  }
}
