package jbuild.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.ImageConfig;
import jbuild.oci.ImageIndex;
import jbuild.oci.ImageReference;
import jbuild.oci.Manifest;
import jbuild.oci.MediaTypes;
import org.jspecify.annotations.Nullable;

/** Images by name: reads the documents behind a reference, and writes those of a new image. */
public final class ImageStore {
  private static final int MAX_DOCUMENT = 4 << 20;

  private final BlobStore blobs;
  private final References references;

  public ImageStore(BlobStore blobs, References references) {
    this.blobs = blobs;
    this.references = references;
  }

  /** A layer of an image to be written. */
  public record LayerBlob(Digest diffId, long size) {}

  /** The image called {@code typed} (a name, or the start of an ID), or null. */
  public @Nullable Image find(String typed) throws IOException {
    Reference reference = references.find(typed);
    return reference == null ? null : read(reference.descriptor());
  }

  /**
   * The manifests that {@code typed} may mean, to be chosen from by platform: more than one when it
   * is the name of an index. Those that are not in the store are left out.
   */
  public List<Descriptor> candidates(String typed) throws IOException {
    Reference reference = references.find(typed);
    if (reference == null) {
      return List.of();
    }
    Descriptor descriptor = reference.descriptor();
    if (!MediaTypes.isIndex(descriptor.mediaType())) {
      return List.of(descriptor);
    }
    ImageIndex index =
        ImageIndex.fromJson(
            "image index " + descriptor.digest(), blobs.read(descriptor.digest(), MAX_DOCUMENT));
    List<Descriptor> candidates = new ArrayList<>();
    for (Descriptor manifest : index.manifests()) {
      if (MediaTypes.isManifest(manifest.mediaType()) && blobs.contains(manifest.digest())) {
        candidates.add(manifest);
      }
    }
    return candidates;
  }

  /** As {@link #find}, for a name that must be there. */
  public Image require(String typed) throws IOException {
    Image image = find(typed);
    if (image == null) {
      throw new StoreException(
          "find image " + typed + ": no such image (jbuild images lists those there are)");
    }
    return image;
  }

  /** Reads the image that a reference points to. */
  public Image read(Descriptor descriptor) throws IOException {
    if (!MediaTypes.isManifest(descriptor.mediaType())) {
      throw new StoreException(
          "read image "
              + descriptor.digest()
              + ": "
              + descriptor.mediaType()
              + " is not supported");
    }
    Manifest manifest =
        Manifest.fromJson(
            "manifest " + descriptor.digest(), blobs.read(descriptor.digest(), MAX_DOCUMENT));
    Digest config = manifest.config().digest();
    return new Image(
        descriptor,
        manifest,
        ImageConfig.fromJson("image config " + config, blobs.read(config, MAX_DOCUMENT)));
  }

  /** Writes configuration and manifest of an image whose layers are in the store. */
  public Image write(ImageConfig config, List<LayerBlob> layers) throws IOException {
    return write(config, layers, Map.of(), Map.of());
  }

  /**
   * As {@link #write(ImageConfig, List)}, with annotations of the manifest, and of the descriptor
   * that will point to it.
   */
  public Image write(
      ImageConfig config,
      List<LayerBlob> layers,
      Map<String, String> annotations,
      Map<String, String> descriptorAnnotations)
      throws IOException {
    byte[] configJson = config.toJson();
    Digest configDigest = putIfMissing(configJson);
    List<Descriptor> descriptors = new ArrayList<>(layers.size());
    for (LayerBlob layer : layers) {
      descriptors.add(Descriptor.of(MediaTypes.LAYER, layer.diffId(), layer.size()));
    }
    Manifest manifest =
        new Manifest(
            MediaTypes.MANIFEST,
            null,
            Descriptor.of(MediaTypes.CONFIG, configDigest, configJson.length),
            descriptors,
            null,
            annotations);
    byte[] manifestJson = manifest.toJson();
    Digest manifestDigest = putIfMissing(manifestJson);
    return new Image(
        new Descriptor(
            MediaTypes.MANIFEST, manifestDigest, manifestJson.length, descriptorAnnotations, null),
        manifest,
        config);
  }

  private Digest putIfMissing(byte[] document) throws IOException {
    Digest digest = Digest.of(document);
    if (!blobs.keep(digest)) {
      blobs.put(document);
    }
    return digest;
  }

  /**
   * Makes sure that all blobs of {@code image} are there and stay as long as this command needs
   * them, whatever names are taken away meanwhile.
   */
  public void keep(Image image) throws IOException {
    for (Digest blob : image.blobs()) {
      if (!blobs.keep(blob)) {
        throw missing(image, blob);
      }
    }
  }

  static StoreException missing(Image image, Digest blob) {
    return new StoreException(
        "use image "
            + image.descriptor().digest()
            + ": "
            + blob
            + " is not in the store (jbuild fsck shows what else is missing)");
  }

  /** Gives {@code image} a name, unless it has it already: then nothing is written. */
  public void tag(Image image, String name) throws IOException {
    Reference there = references.find(name);
    if (there == null
        || !Objects.equals(there.name(), ImageReference.parse(name).storedName())
        || !there.descriptor().digest().equals(image.descriptor().digest())
        || !there
            .descriptor()
            .annotations()
            .entrySet()
            .containsAll(image.descriptor().annotations().entrySet())) {
      references.put(name, image.descriptor());
    }
  }
}
