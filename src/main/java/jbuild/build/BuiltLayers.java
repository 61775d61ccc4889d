package jbuild.build;

import java.util.List;
import jbuild.buildfile.Instruction;
import jbuild.oci.Digest;

/**
 * The layers of an image that was built, bottom first.
 *
 * @param base those that it started from
 */
public record BuiltLayers(List<Digest> base, List<Made> made) {
  public BuiltLayers {
    base = List.copyOf(base);
    made = List.copyOf(made);
  }

  /**
   * A layer of a step.
   *
   * @param cached whether it was there before
   */
  public record Made(Instruction instruction, Digest diffId, boolean cached) {}

  /** Whether there is a layer that this build made. */
  public boolean hasNew() {
    return made.stream().anyMatch(layer -> !layer.cached());
  }
}
