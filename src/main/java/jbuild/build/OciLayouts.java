package jbuild.build;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.graph.PlatformName;
import jbuild.io.Compression;
import jbuild.io.CorruptInputException;
import jbuild.io.LentInputStream;
import jbuild.layer.Layer;
import jbuild.layer.LayerImporter;
import jbuild.layer.LayerTreeBuilder;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.ImageConfig;
import jbuild.oci.ImageIndex;
import jbuild.oci.Manifest;
import jbuild.oci.MediaTypes;
import jbuild.oci.OciFormatException;
import jbuild.oci.Platform;
import jbuild.step.StoredLayer;
import jbuild.store.VerifyingInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Images of OCI image layouts that other programs wrote (image-spec image-layout.md): {@code
 * PATH[:TAG][@DIGEST]}. Layers that are not in the store yet are taken into it, uncompressed;
 * whatever is read is verified.
 */
final class OciLayouts {
  private static final String INDEX = "index.json";
  private static final int MAX_DOCUMENT = 4 << 20;
  private static final int MAX_NESTING = 4;

  private final BuildTools tools;

  OciLayouts(BuildTools tools) {
    this.tools = tools;
  }

  /** One layout, and what of it is meant. */
  private record Place(String flag, Path directory, @Nullable String tag, @Nullable Digest digest) {
    static Place parse(String flag, String text) throws IOException {
      int at = text.lastIndexOf('@');
      Digest digest = null;
      if (at >= 0) {
        try {
          digest = Digest.parse(text.substring(at + 1));
        } catch (OciFormatException wrong) {
          throw new IOException(flag + ": " + wrong.getMessage(), wrong);
        }
      }
      String rest = at < 0 ? text : text.substring(0, at);
      int colon = colon(rest);
      return new Place(
          flag,
          Path.of(colon < 0 ? rest : rest.substring(0, colon)).toAbsolutePath(),
          colon < 0 ? null : rest.substring(colon + 1),
          digest);
    }

    /**
     * The one before the tag. Tags, which are names of images with some, have colons and slashes.
     */
    private static int colon(String text) {
      for (int at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
        if (Files.exists(Path.of(text.substring(0, at)).resolve(INDEX))) {
          return at;
        }
      }
      int last = text.lastIndexOf(':');
      return last > text.lastIndexOf('/') && !Files.exists(Path.of(text)) ? last : -1;
    }

    IOException failure(String why) {
      return new IOException(flag + ": " + why);
    }

    Path blob(Digest content) {
      return directory.resolve("blobs").resolve("sha256").resolve(content.hex());
    }
  }

  /**
   * Reads an image.
   *
   * @param flag for messages
   * @param platform the one to take of several
   */
  Bases.Base read(String flag, String text, PlatformName platform) throws IOException {
    Place place = Place.parse(flag, text);
    Path file = place.directory.resolve(INDEX);
    ImageIndex index;
    try (InputStream in = Files.newInputStream(file)) {
      index = ImageIndex.fromJson(file.toString(), in.readNBytes(MAX_DOCUMENT));
    } catch (NoSuchFileException missing) {
      throw place.failure("there is no OCI image layout in " + place.directory);
    }
    Descriptor descriptor = manifest(place, named(place, index), platform, MAX_NESTING);
    Manifest manifest =
        Manifest.fromJson("manifest " + descriptor.digest(), document(place, descriptor));
    ImageConfig config =
        ImageConfig.fromJson(
            "image config " + manifest.config().digest(), document(place, manifest.config()));
    if (config.diffIds().size() != manifest.layers().size()) {
      throw place.failure("its config has another number of layers than its manifest");
    }
    List<StoredLayer> layers = new ArrayList<>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      layers.add(layer(place, manifest.layers().get(i), config.diffIds().get(i)));
    }
    return new Bases.Base(config, layers, true);
  }

  private static Descriptor named(Place place, ImageIndex index) throws IOException {
    List<Descriptor> found = new ArrayList<>();
    for (Descriptor descriptor : index.manifests()) {
      String name = descriptor.annotations().getOrDefault(Descriptor.REF_NAME, "");
      boolean isTag = place.tag == null || name.equals(place.tag) || name.endsWith(":" + place.tag);
      if (place.digest == null ? isTag : place.digest.equals(descriptor.digest())) {
        found.add(descriptor);
      }
    }
    if (found.size() > 1 && place.tag == null) {
      found.removeIf(
          one -> !one.annotations().getOrDefault(Descriptor.REF_NAME, "").endsWith("latest"));
    }
    if (found.size() != 1) {
      throw place.failure(
          found.isEmpty()
              ? "the layout has no such image (name it with :TAG or @DIGEST)"
              : "the layout has several such images (name one with @DIGEST)");
    }
    return found.get(0);
  }

  /** Follows indexes of several platforms to the manifest for {@code wanted}. */
  private Descriptor manifest(Place place, Descriptor descriptor, PlatformName wanted, int depth)
      throws IOException {
    if (MediaTypes.isManifest(descriptor.mediaType())) {
      return descriptor;
    }
    if (!MediaTypes.isIndex(descriptor.mediaType()) || depth == 0) {
      throw place.failure(descriptor.mediaType() + " is no image");
    }
    ImageIndex index =
        ImageIndex.fromJson("index " + descriptor.digest(), document(place, descriptor));
    for (Descriptor one : index.manifests()) {
      Platform platform = one.platform();
      if (platform == null || BaseImages.isFor(BaseImages.name(platform), wanted)) {
        return manifest(place, one, wanted, depth - 1);
      }
    }
    throw place.failure("the image is not there for " + wanted);
  }

  private static byte[] document(Place place, Descriptor descriptor) throws IOException {
    if (descriptor.size() > MAX_DOCUMENT) {
      throw place.failure(descriptor.digest() + " is larger than " + MAX_DOCUMENT + " bytes");
    }
    try (InputStream in = open(place, descriptor)) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(Place place, Descriptor descriptor) throws IOException {
    try {
      Path blob = place.blob(descriptor.digest());
      if (Files.size(blob) != descriptor.size()) {
        throw place.failure(descriptor.digest() + " is not as long as it should be");
      }
      return new VerifyingInputStream(Files.newInputStream(blob), descriptor.digest());
    } catch (NoSuchFileException missing) {
      throw place.failure(descriptor.digest() + " is not in the layout");
    }
  }

  private StoredLayer layer(Place place, Descriptor descriptor, Digest diffId) throws IOException {
    if (tools.blobs().keep(diffId)) {
      return new StoredLayer(diffId, tools.blobs().size(diffId), 0, 0);
    }
    Layer layer;
    try (InputStream blob = new BufferedInputStream(open(place, descriptor), 1 << 20);
        InputStream tar = Compression.readAhead(new LentInputStream(blob))) {
      layer =
          new LayerImporter(tools.blobs(), tools.indexes())
              .read("layer " + descriptor.digest(), tar, LayerTreeBuilder.ofChangeSet());
      blob.transferTo(OutputStream.nullOutputStream()); // to the end, which verifies
    } catch (CorruptInputException damaged) {
      throw place.failure("layer " + descriptor.digest() + ": " + damaged.getMessage());
    }
    if (!layer.diffId().equals(diffId)) {
      throw place.failure(
          "layer " + descriptor.digest() + " is " + layer.diffId() + " and not " + diffId);
    }
    // Times below are the base's own business: nothing of them gets into the new image.
    return new StoredLayer(diffId, layer.size(), 0, 0);
  }
}
