package jbuild.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.UsageException;
import jbuild.base.HostBase;
import jbuild.base.ProgramArchitecture;
import jbuild.base.TarBase;
import jbuild.layer.Layer;
import jbuild.layer.LayerWriter;
import jbuild.layer.UnionTree;
import jbuild.oci.History;
import jbuild.oci.ImageConfig;
import jbuild.oci.Platform;
import jbuild.oci.RuntimeConfig;
import jbuild.step.StoredLayer;
import jbuild.store.Image;
import jbuild.store.ImageStore;

/** {@code jbuild import}: a root file system becomes an image of one layer. */
final class ImportCommand implements Command {
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Make an image from a root file system.",
            "FILE is a tar, plain or compressed with gzip, bzip2, xz or zstd, told by its content;"
                + " - is standard input. The word host means this machine's own shell and"
                + " utilities with the libraries they need.")
        .value("NAME", "Name for the image.", "-t", "--tag")
        .list(
            "PROGRAM", "With host: take this program as well; may be given several times.", "--bin")
        .operand("FILE|-|host", "What to import.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    String source = arguments.operands().get(0);
    List<String> programs = arguments.list("--bin");
    wiring.keepEverything();
    wiring.sweep();
    Image image;
    if (source.equals("host")) {
      image = importHost(wiring, programs);
    } else if (!programs.isEmpty()) {
      throw new UsageException("--bin: goes with host only");
    } else {
      image = importTar(wiring, source);
    }
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

  private static Image importTar(Wiring wiring, String source) throws IOException {
    Layer layer;
    TarBase base = new TarBase(wiring.blobs());
    if (source.equals("-")) {
      layer = base.read("standard input", new FileInputStream(FileDescriptor.in));
    } else {
      try (InputStream in = Files.newInputStream(Path.of(source))) {
        layer = base.read(source, in);
      }
    }
    for (String note : layer.tree().notes()) {
      wiring.console().say("note: " + note);
    }
    if (layer.tree().root().children().isEmpty()) {
      wiring.console().say("note: " + source + ": there is no file in it");
    }
    String name = source.equals("-") ? "-" : Path.of(source).getFileName().toString();
    wiring.indexes().put(layer);
    Platform platform;
    try (UnionTree tree = UnionTree.open(wiring.indexes(), List.of(layer.diffId()))) {
      String architecture = ProgramArchitecture.of(tree);
      platform = architecture == null ? Platform.host() : new Platform("linux", architecture, null);
    }
    return image(wiring, layer, platform, "jbuild import " + name);
  }

  private static Image importHost(Wiring wiring, List<String> programs) throws IOException {
    HostBase.Listing listing = HostBase.list(Path.of("/"), programs);
    LayerWriter writer = new LayerWriter(wiring.blobs(), OptionalLong.empty());
    Layer layer = writer.write(listing.tree());
    for (String note : listing.tree().notes()) {
      wiring.console().say("note: " + note);
    }
    Platform platform = new Platform("linux", listing.architecture(), null);
    return image(wiring, layer, platform, "jbuild import host");
  }

  private static Image image(Wiring wiring, Layer layer, Platform platform, String by)
      throws IOException {
    wiring.indexes().put(layer);
    String created = StoredLayer.of(layer).created();
    RuntimeConfig config =
        RuntimeConfig.EMPTY.edit().env(List.of(PATH)).cmd(List.of("/bin/sh")).build();
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
