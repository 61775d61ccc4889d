package jbuild.fsck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.ImageConfig;
import jbuild.oci.ImageIndex;
import jbuild.oci.Manifest;
import jbuild.oci.MediaTypes;
import jbuild.store.BlobStore;

/** Follows images from their names to their layers. */
final class ImageCheck {
  private static final int MAX_DOCUMENT = 4 << 20;

  private final BlobStore blobs;
  private final Map<Digest, String> damaged;
  private final Set<Digest> referred = new HashSet<>();

  ImageCheck(BlobStore blobs, Map<Digest, String> damaged) {
    this.blobs = blobs;
    this.damaged = damaged;
  }

  /** Whether an image that was checked refers to the blob. */
  boolean isReferred(Digest blob) {
    return referred.contains(blob);
  }

  /** What is wrong with an image. */
  List<String> check(Descriptor image) throws IOException {
    List<String> wrong = new ArrayList<>();
    check(image, wrong);
    return wrong;
  }

  private void check(Descriptor image, List<String> wrong) throws IOException {
    boolean isIndex = MediaTypes.isIndex(image.mediaType());
    boolean isManifest = MediaTypes.isManifest(image.mediaType());
    String kind = isIndex ? "index" : isManifest ? "manifest" : "blob";
    if (!isWhole(kind, image, wrong)) {
      return;
    }
    try {
      if (isIndex) {
        index(image, wrong);
      } else if (isManifest) {
        manifest(image, wrong);
      }
    } catch (IOException unreadable) {
      wrong.add(kind + " " + image.digest() + ": " + unreadable.getMessage());
    }
  }

  /** The images of other platforms may be elsewhere. */
  private void index(Descriptor index, List<String> wrong) throws IOException {
    byte[] json = blobs.read(index.digest(), MAX_DOCUMENT);
    for (Descriptor one : ImageIndex.fromJson("index " + index.digest(), json).manifests()) {
      if (blobs.contains(one.digest()) && !referred.contains(one.digest())) {
        check(one, wrong);
      }
    }
  }

  private void manifest(Descriptor image, List<String> wrong) throws IOException {
    byte[] json = blobs.read(image.digest(), MAX_DOCUMENT);
    Manifest manifest = Manifest.fromJson("manifest " + image.digest(), json);
    for (Descriptor layer : manifest.layers()) {
      isWhole("layer", layer, wrong);
    }
    Descriptor config = manifest.config();
    boolean isImage =
        config.mediaType().equals(MediaTypes.CONFIG)
            || config.mediaType().equals(MediaTypes.DOCKER_CONFIG);
    if (isWhole("configuration", config, wrong) && isImage) {
      List<Digest> diffIds =
          ImageConfig.fromJson(
                  "configuration " + config.digest(), blobs.read(config.digest(), MAX_DOCUMENT))
              .diffIds();
      agree(manifest.layers(), diffIds, wrong);
    }
  }

  private static void agree(List<Descriptor> layers, List<Digest> diffIds, List<String> wrong) {
    if (layers.size() != diffIds.size()) {
      wrong.add(
          "its manifest has " + layers.size() + " layers, its configuration has " + diffIds.size());
      return;
    }
    for (int i = 0; i < diffIds.size(); i++) {
      Descriptor layer = layers.get(i);
      boolean plain =
          layer.mediaType().equals(MediaTypes.LAYER)
              || layer.mediaType().equals(MediaTypes.DOCKER_LAYER);
      if (plain && !layer.digest().equals(diffIds.get(i))) {
        wrong.add("layer " + layer.digest() + ": its configuration says " + diffIds.get(i));
      }
    }
  }

  private boolean isWhole(String kind, Descriptor blob, List<String> wrong) throws IOException {
    referred.add(blob.digest());
    String reason = damaged.get(blob.digest());
    if (!blobs.contains(blob.digest())) {
      reason = "it is not in the store";
    } else if (blobs.size(blob.digest()) != blob.size()) {
      reason = "it has " + blobs.size(blob.digest()) + " bytes instead of " + blob.size();
    }
    if (reason != null) {
      wrong.add(kind + " " + blob.digest() + ": " + reason);
    }
    return reason == null;
  }
}
