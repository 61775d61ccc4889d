package jbuild.build;

import java.util.List;
import jbuild.oci.ChainId;
import jbuild.oci.Digest;
import jbuild.step.CacheKey;
import jbuild.step.StoredLayer;
import org.jspecify.annotations.Nullable;

/**
 * What the cache keeps of a step.
 *
 * @param components what the result depends on, for explaining a miss
 * @param parent chainID of the layers the step was executed on; empty without any, and for a layer
 *     that lies on any others
 * @param layer what it gave; null when it changed nothing
 */
record CachedStep(List<CacheKey.Component> components, String parent, @Nullable StoredLayer layer) {
  /** The parent of the layer of {@code COPY --link}. */
  static final String ANY_PARENT = "";

  CachedStep {
    components = List.copyOf(components);
  }

  /** The chainID of a stack of layers, or the empty text of none. */
  static String chain(List<Digest> diffIds) {
    return diffIds.isEmpty() ? "" : ChainId.of(diffIds).hex();
  }
}
