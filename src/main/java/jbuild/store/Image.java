package jbuild.store;

import java.util.ArrayList;
import java.util.List;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.ImageConfig;
import jbuild.oci.Manifest;

/**
 * An image of the store, read.
 *
 * @param descriptor of its manifest
 */
public record Image(Descriptor descriptor, Manifest manifest, ImageConfig config) {

  /** The image's ID: the digest of its configuration. */
  public Digest id() {
    return manifest.config().digest();
  }

  /** The digests of its uncompressed layers, bottom first. */
  public List<Digest> diffIds() {
    return config.diffIds();
  }

  /** All that it is made of: manifest, configuration, layers. */
  public List<Digest> blobs() {
    List<Digest> blobs = new ArrayList<>();
    blobs.add(descriptor.digest());
    blobs.add(manifest.config().digest());
    for (Descriptor layer : manifest.layers()) {
      blobs.add(layer.digest());
    }
    return blobs;
  }

  /** The sum of its layers' sizes in bytes. */
  public long size() {
    long size = 0;
    for (Descriptor layer : manifest.layers()) {
      size += layer.size();
    }
    return size;
  }
}
