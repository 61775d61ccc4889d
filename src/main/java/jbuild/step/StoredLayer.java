package jbuild.step;

import java.time.Instant;
import jbuild.layer.Layer;
import jbuild.oci.Digest;
import jbuild.oci.Rfc3339;
import org.jspecify.annotations.Nullable;

/**
 * A layer in the store, as far as an image and the cache have to know it.
 *
 * @param size of the tar in bytes
 * @param newestSeconds the latest time of any entry, since 1970
 * @param newestNanos to add to it
 */
public record StoredLayer(Digest diffId, long size, long newestSeconds, int newestNanos) {
  private static final long YEAR_10000 = 253_402_300_800L;

  public static StoredLayer of(Layer layer) {
    return new StoredLayer(
        layer.diffId(), layer.size(), layer.newestMtimeSeconds(), layer.newestMtimeNanos());
  }

  /**
   * When the layer was made, as images tell it: times of images come from their content
   * (docs/decisions/0003). Null for times that RFC 3339 cannot hold, which only hostile files have.
   */
  public @Nullable String created() {
    return newestSeconds < 0 || newestSeconds >= YEAR_10000
        ? null
        : Rfc3339.format(Instant.ofEpochSecond(newestSeconds, newestNanos));
  }
}
