package jbuild.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.base.Checksums;
import jbuild.base.Download;
import jbuild.base.FetchRules;
import jbuild.base.HostBase;
import jbuild.base.ImportOptions;
import jbuild.base.ImportProgress;
import jbuild.base.ImportedRoot;
import jbuild.base.Proxies;
import jbuild.base.RootfsBase;
import jbuild.layer.Layer;
import jbuild.layer.LayerWriter;
import jbuild.medium.NestedPath;
import jbuild.oci.Digest;
import jbuild.oci.History;
import jbuild.oci.ImageConfig;
import jbuild.oci.Platform;
import jbuild.oci.RuntimeConfig;
import jbuild.step.StoredLayer;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import org.jspecify.annotations.Nullable;

/** {@code jbuild import}: a root file system, wherever it is, becomes an image of one layer. */
final class ImportCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Make an image from a root file system, wherever it lies.",
            "SOURCE is a tar, plain or compressed with gzip, bzip2, xz or zstd; an installer's or"
                + " live system's ISO; a squashfs, ext2/3/4, EROFS or cpio (initramfs) image; a"
                + " disk image, raw or qcow2; or a directory. What a file is, is told by its"
                + " content. Images are read where they lie: nothing is mounted, and root is not"
                + " needed. It may also be an http or https URL, - for a tar on standard input, or"
                + " the word host: this machine's own shell and utilities with the libraries they"
                + " need.",
            "In a medium the root file system is found by itself, also in images inside images"
                + " (LiveOS/squashfs.img, live/filesystem.squashfs, casper/*.squashfs, partitions);"
                + " --list shows what is there, --path chooses: a file is an image, a directory is"
                + " taken as it is, and !/ goes on inside an image"
                + " (--path LiveOS/squashfs.img!/LiveOS/rootfs.img).")
        .value("NAME", "Name for the image.", "-t", "--tag")
        .value("PATH", "Where in the medium the root file system is (default: found).", "--path")
        .value("BYTES", "Where in the file the medium begins (default: 0).", "--offset")
        .flag("Show what is in the medium, level by level, and import nothing.", "--list")
        .value(
            "DIR",
            "Write the root file system into DIR, new or empty, instead of making an image.",
            "--extract")
        .value("keep|drop", "What becomes of SELinux labels (default: keep).", "--selinux")
        .value("HEX", "The SHA-256 that the file must have.", "--sha256")
        .value(
            "FILE",
            "A list of checksums (SHA256SUMS, *-CHECKSUM) in which the file must be right.",
            "--checksum")
        .list(
            "FILE",
            "A further device of an EROFS image, in the order of its device table.",
            "--device")
        .list(
            "PROGRAM", "With host: take this program as well; may be given several times.", "--bin")
        .operand("SOURCE|URL|-|host", "What to import.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    String source = arguments.operands().get(0);
    if (!source.equals("host") && !arguments.list("--bin").isEmpty()) {
      throw new UsageException("--bin: goes with host only");
    }
    if (arguments.flag("--list") || arguments.text("--extract") != null) {
      return withoutImage(arguments, wiring, source);
    }
    wiring.keepEverything();
    wiring.sweep();
    Image image =
        source.equals("host")
            ? importHost(wiring, arguments.list("--bin"))
            : importRoot(arguments, wiring, source);
    String name = arguments.text("--tag");
    if (name == null) {
      wiring.references().putNameless(image.descriptor());
    } else {
      wiring.images().tag(image, name);
    }
    wiring.console().out().println(image.id());
    wiring.collectIfDue(false);
    return 0;
  }

  @SuppressWarnings("try") // a line is shown meanwhile, not looked at
  private static int withoutImage(Arguments arguments, Wiring wiring, String source)
      throws Exception {
    if (source.equals("host") || source.equals("-")) {
      throw new UsageException("--list and --extract: need a file");
    }
    if (arguments.text("--tag") != null) {
      throw new UsageException(
          "--tag: goes with neither --list nor --extract, which make no image");
    }
    try (Source file = Source.open(wiring, source)) {
      ImportOptions options = options(arguments, file);
      if (arguments.flag("--list")) {
        MediumListing.print(wiring.console().out(), file.path(), options);
        return 0;
      }
      Path target = Path.of(arguments.text("--extract", "")).toAbsolutePath();
      ImportProgress progress = new ImportProgress();
      List<String> notes;
      try (ImportLine line = ImportLine.start(wiring.console(), "extract " + source, progress)) {
        notes = roots(wiring).extract(file.path(), options, target, progress);
      }
      say(wiring, notes);
      return 0;
    }
  }

  /** A file of the host, or one that was fetched and goes when it was used. */
  private record Source(Path path, String name, Download.@Nullable Fetched fetched)
      implements AutoCloseable {
    @SuppressWarnings("try") // as above
    static Source open(Wiring wiring, String source) throws IOException {
      if (!Download.isUrl(source)) {
        Path path = Path.of(source);
        Path name = path.getFileName();
        return new Source(path, name == null ? source : name.toString(), null);
      }
      ImportProgress progress = new ImportProgress();
      try (ImportLine line = ImportLine.start(wiring.console(), "fetch " + source, progress)) {
        FetchRules rules = FetchRules.UNLIMITED.with(Proxies.of(wiring.console().environment()));
        Download.Fetched fetched =
            Download.fetch(source, wiring.dataRoot().downloads(), rules, progress);
        return new Source(fetched.path(), fetched.name(), fetched);
      }
    }

    @Override
    public void close() throws IOException {
      if (fetched != null) {
        fetched.close();
      }
    }
  }

  private static ImportOptions options(Arguments arguments, Source source)
      throws UsageException, IOException {
    String path = arguments.text("--path");
    String selinux = arguments.text("--selinux", "keep");
    if (!selinux.equals("keep") && !selinux.equals("drop")) {
      throw new UsageException("--selinux " + selinux + ": unknown (use keep or drop)");
    }
    return new ImportOptions(
        source.name(),
        offset(arguments),
        path == null ? null : NestedPath.parse(path),
        arguments.list("--device").stream().map(Path::of).toList(),
        selinux.equals("keep"),
        expected(arguments, source));
  }

  private static long offset(Arguments arguments) throws UsageException {
    long offset = arguments.number("--offset", 0);
    if (offset < 0) {
      throw new UsageException("--offset " + offset + ": nothing begins before the file");
    }
    return offset;
  }

  private static @Nullable Digest expected(Arguments arguments, Source source)
      throws UsageException, IOException {
    String hex = arguments.text("--sha256");
    Path list = arguments.path("--checksum");
    if (hex != null) {
      Digest digest = Checksums.parse(hex);
      if (digest == null || list != null) {
        throw new UsageException(
            digest == null
                ? "--sha256 " + hex + ": not 64 hexadecimal digits"
                : "--sha256 and --checksum: give one of them");
      }
      return digest;
    }
    if (list == null) {
      return null;
    }
    Digest digest = Checksums.find(Files.readString(list), source.name());
    if (digest == null) {
      throw new IOException("read " + list + ": it has no SHA-256 of " + source.name());
    }
    return digest;
  }

  private static RootfsBase roots(Wiring wiring) throws IOException {
    return new RootfsBase(wiring.blobs(), wiring.indexes(), wiring::syscalls);
  }

  private static void say(Wiring wiring, List<String> notes) {
    for (String note : notes) {
      wiring.console().say("note: " + note);
    }
  }

  @SuppressWarnings("try") // as above
  private static Image importRoot(Arguments arguments, Wiring wiring, String source)
      throws Exception {
    ImportedRoot root;
    if (source.equals("-")) {
      root = roots(wiring).read("-", new FileInputStream(FileDescriptor.in));
    } else {
      try (Source file = Source.open(wiring, source)) {
        ImportOptions options = options(arguments, file);
        ImportProgress progress = new ImportProgress();
        try (ImportLine line = ImportLine.start(wiring.console(), "import " + source, progress)) {
          root = roots(wiring).read(file.path(), options, progress);
        }
      }
    }
    say(wiring, root.notes());
    return image(wiring, root.layer(), root.platform(), root.config(), root.createdBy());
  }

  private static Image importHost(Wiring wiring, List<String> programs) throws IOException {
    HostBase.Listing listing = HostBase.list(Path.of("/"), programs);
    LayerWriter writer = new LayerWriter(wiring.blobs(), wiring.indexes(), OptionalLong.empty());
    Layer layer = writer.write(listing.tree());
    say(wiring, listing.tree().notes());
    Platform platform = new Platform("linux", listing.architecture(), null);
    RuntimeConfig config = RuntimeConfig.EMPTY.edit().env(listing.env()).cmd(listing.cmd()).build();
    return image(wiring, layer, platform, config, "jbuild import host");
  }

  private static Image image(
      Wiring wiring, Layer layer, Platform platform, RuntimeConfig config, String by)
      throws IOException {
    String created = StoredLayer.of(layer).created();
    return wiring
        .images()
        .write(
            new ImageConfig(
                created,
                "",
                platform,
                config,
                List.of(layer.diffId()),
                List.of(new History(created, by, "", "", false)),
                Map.of()),
            List.of(new ImageStore.LayerBlob(layer.diffId(), layer.size())));
  }
}
