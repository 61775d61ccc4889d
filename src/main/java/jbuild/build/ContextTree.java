package jbuild.build;

import java.nio.file.Path;
import java.util.List;
import jbuild.step.StoredLayer;

/** The files of a build context, before anything of them is ignored. */
public sealed interface ContextTree {
  /** For messages. */
  String name();

  /** A directory of this machine. */
  record OnDisk(Path directory) implements ContextTree {
    @Override
    public String name() {
      return directory.toString();
    }
  }

  /**
   * A tar, a commit, a file from the network, or nothing at all: never unpacked, but read where it
   * lies in the store.
   *
   * @param layers one, or none
   * @param isForeign whether it comes from elsewhere; what it says must not reach this machine's
   *     files
   */
  record InStore(String name, List<StoredLayer> layers, boolean isForeign) implements ContextTree {
    public InStore {
      layers = List.copyOf(layers);
    }
  }
}
