package jbuild.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.ImageConfig;
import jbuild.oci.ImageIndex;
import jbuild.oci.Manifest;
import jbuild.oci.MediaTypes;

/**
 * The blobs that images refer to: manifests, what they list, and what an index of several manifests
 * lists. What cannot be read is an error, since nobody can say what it refers to.
 */
public final class ReachableBlobs {
  private static final int MAX_DOCUMENT = 4 << 20;

  private final BlobStore blobs;
  private final Set<Digest> reachable = new HashSet<>();
  private final Map<Digest, List<Digest>> stacks = new LinkedHashMap<>();

  public ReachableBlobs(BlobStore blobs) {
    this.blobs = blobs;
  }

  public boolean contains(Digest blob) {
    return reachable.contains(blob);
  }

  /** The diffIDs of each image, bottom first, by its manifest. */
  public Map<Digest, List<Digest>> stacks() {
    return stacks;
  }

  /**
   * Adds what {@code descriptor} points to and all below it.
   *
   * @return false when it was known before
   */
  public boolean add(Descriptor descriptor) throws IOException {
    if (MediaTypes.isIndex(descriptor.mediaType())) {
      return addIndex(descriptor.digest());
    }
    return MediaTypes.isManifest(descriptor.mediaType())
        ? addManifest(descriptor.digest())
        : reachable.add(descriptor.digest());
  }

  /** As {@link #add}, for what is known to be a manifest. */
  public boolean addManifest(Digest digest) throws IOException {
    if (reachable.contains(digest)) {
      return false;
    }
    Manifest manifest = Manifest.fromJson("manifest " + digest, blobs.read(digest, MAX_DOCUMENT));
    reachable.add(digest);
    reachable.add(manifest.config().digest());
    List<Digest> layers = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      reachable.add(layer.digest());
      layers.add(layer.digest());
    }
    stacks.put(digest, diffIds(manifest.config(), layers));
    Descriptor subject = manifest.subject();
    if (subject != null && blobs.contains(subject.digest())) {
      add(subject);
    }
    return true;
  }

  private boolean addIndex(Digest digest) throws IOException {
    if (!reachable.add(digest)) {
      return false;
    }
    byte[] json = blobs.read(digest, MAX_DOCUMENT);
    for (Descriptor manifest : ImageIndex.fromJson("image index " + digest, json).manifests()) {
      if (blobs.contains(manifest.digest())) { // one platform of several may be all there is
        add(manifest);
      }
    }
    return true;
  }

  /** Indexes are called by diffIDs; a configuration that says none leaves the layers' digests. */
  private List<Digest> diffIds(Descriptor config, List<Digest> layers) throws IOException {
    if (!config.mediaType().equals(MediaTypes.CONFIG)
        && !config.mediaType().equals(MediaTypes.DOCKER_CONFIG)) {
      return layers;
    }
    try {
      byte[] json = blobs.read(config.digest(), MAX_DOCUMENT);
      return ImageConfig.fromJson("image config " + config.digest(), json).diffIds();
    } catch (IOException damaged) {
      return layers; // what is derived from them can be derived again
    }
  }
}
