package jbuild.oci;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The name of a stack of layers (image-spec config.md, "Layer ChainID"). */
public final class ChainId {
  private ChainId() {}

  /**
   * The chainID of layers given by their diffIDs, bottom first: that of one layer is its diffID,
   * that of more the digest of {@code <chainID of all but the last> <last diffID>}.
   */
  public static Digest of(List<Digest> diffIds) {
    if (diffIds.isEmpty()) {
      throw new IllegalArgumentException("no layers have no chainID");
    }
    Digest chain = diffIds.get(0);
    for (Digest diffId : diffIds.subList(1, diffIds.size())) {
      chain = append(chain, diffId);
    }
    return chain;
  }

  /** The chainID of the stack {@code below} with one more layer on top. */
  public static Digest append(Digest below, Digest diffId) {
    return Digest.of((below + " " + diffId).getBytes(StandardCharsets.US_ASCII));
  }
}
