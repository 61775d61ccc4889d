package jbuild.step;

import java.io.IOException;
import jbuild.graph.InputRef;
import org.jspecify.annotations.Nullable;

/** Finds what a RUN mounts. */
@FunctionalInterface
public interface MountSources {
  Source of(InputRef input) throws IOException;

  /**
   * Something that can be mounted.
   *
   * @param tree what COPY would see
   * @param layers the same as layers that can be mounted, all finished; null for a context
   */
  record Source(CopySource tree, @Nullable StageFileSystem layers) {}
}
