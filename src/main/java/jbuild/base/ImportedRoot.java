package jbuild.base;

import java.util.List;
import jbuild.layer.Layer;
import jbuild.oci.Platform;
import jbuild.oci.RuntimeConfig;

/**
 * A root file system that has become a layer, with its index, and what an image of it should say.
 *
 * @param config environment, shell and labels
 * @param createdBy for the image's history
 * @param notes for people: what was left out, and what is odd
 */
public record ImportedRoot(
    Layer layer, Platform platform, RuntimeConfig config, String createdBy, List<String> notes) {
  public ImportedRoot {
    notes = List.copyOf(notes);
  }
}
