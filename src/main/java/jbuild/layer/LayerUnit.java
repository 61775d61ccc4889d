package jbuild.layer;

import java.nio.file.Path;
import java.util.List;
import jbuild.oci.Digest;

/**
 * One EROFS index and what it points into: a mount. It stands for one layer, or for a whole chain
 * of them that was merged.
 *
 * @param index the index
 * @param devices the files that are given to mount as {@code device=}, in this order
 * @param layers the diffIDs it stands for, bottom first
 * @param facts what the layers leave to others to know
 */
public record LayerUnit(Path index, List<Path> devices, List<Digest> layers, IndexFacts facts) {
  public LayerUnit {
    devices = List.copyOf(devices);
    layers = List.copyOf(layers);
  }

  /**
   * The name of this unit, the chainID of its layers in hexadecimal: its index is called so, and
   * nothing need be hashed again, layer by layer.
   */
  public String key() {
    String name = index.getFileName().toString();
    return name.substring(0, name.indexOf('.'));
  }
}
